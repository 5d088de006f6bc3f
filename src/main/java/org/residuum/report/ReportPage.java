package org.residuum.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.residuum.report.chart.Markup;

/** An HTML page that needs no other file: styles, charts and pictures are inside. */
public final class ReportPage {
  /** Longer tables scroll within themselves. */
  private static final int LONG = 24;

  private final String title;
  private final Markup body = new Markup();

  public ReportPage(String title, String subtitle) {
    this.title = title;
    body.open("header").leaf("h1", title).leaf("p", subtitle).close().line();
  }

  /** The few figures that a reader wants first. */
  public ReportPage tiles(Map<String, String> figures) {
    body.open("div", "class", "tiles");
    figures.forEach(
        (name, value) ->
            body.open("div", "class", "tile").leaf("b", value).leaf("span", name).close());
    body.close().line();
    return this;
  }

  /**
   * A titled part; none where it has no content.
   *
   * @param html its content, escaped already
   */
  public ReportPage section(String heading, String html) {
    return html.isEmpty() ? this : section(null, heading, html);
  }

  /** What a reader has to know. */
  ReportPage caution(String text) {
    return section("caution", "Caution", new Markup().leaf("p", text).toString());
  }

  private ReportPage section(String look, String heading, String html) {
    body.open("section", "class", look).leaf("h2", heading).line();
    body.raw(html).close().line();
    return this;
  }

  /** Names and values, one a row. */
  public static String facts(Map<String, String> facts) {
    Markup html = new Markup().open("table", "class", "facts").open("tbody");
    facts.forEach(
        (name, value) ->
            html.open("tr").leaf("th", name, "scope", "row").leaf("td", value).close().line());
    return html.close().close().line().toString();
  }

  /** What is typed at a command line. */
  static String command(String command) {
    return new Markup().open("pre").leaf("code", command).close().line().toString();
  }

  /** Parts side by side where there is room. */
  static String pair(String... parts) {
    Markup html = new Markup().open("div", "class", "pair").line();
    for (String part : parts) {
      if (!part.isEmpty()) {
        html.open("div").raw(part).close().line();
      }
    }
    return html.close().line().toString();
  }

  /** A table whose first {@code texts} columns are texts and whose others are numbers. */
  static String table(List<String> head, int texts, List<List<String>> rows) {
    Markup html = new Markup();
    html.open(
        "div",
        "class",
        rows.size() > LONG ? "scroll tall" : "scroll",
        "tabindex",
        "0",
        "role",
        "region",
        "aria-label",
        "Table");
    html.open("table").open("thead").open("tr");
    row(html, "th", texts, head);
    html.close().close().open("tbody").line();
    for (List<String> cells : rows) {
      html.open("tr");
      row(html, "td", texts, cells);
      html.close().line();
    }
    return html.close().close().close().line().toString();
  }

  private static void row(Markup html, String tag, int texts, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      String scope = tag.equals("th") ? "col" : null;
      html.leaf(tag, cells.get(i), "class", i < texts ? "text" : "number", "scope", scope);
    }
  }

  public String html() {
    return "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
        + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        + "<meta name=\"color-scheme\" content=\"light dark\">\n<title>"
        + Markup.escape(title)
        + "</title>\n<style>\n"
        + resource("report.css")
        + "</style>\n<main>\n"
        + body
        + "</main>\n<script>\n"
        + resource("report.js")
        + "</script>\n</html>\n";
  }

  private static String resource(String name) {
    try (InputStream in = ReportPage.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
