package org.residuum.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.residuum.text.Printable;

/** An HTML page that needs no other file: styles and pictures are inside. */
public final class ReportPage {
  private final String title;
  private final StringBuilder body = new StringBuilder();

  public ReportPage(String title, String subtitle) {
    this.title = title;
    body.append("<h1>").append(escape(title)).append("</h1>\n");
    body.append("<p>").append(escape(subtitle)).append("</p>\n");
  }

  /** The few figures that a reader wants first. */
  public ReportPage tiles(Map<String, String> figures) {
    body.append("<div class=tiles>");
    figures.forEach(
        (name, value) ->
            body.append("<div class=tile><b>")
                .append(escape(value))
                .append("</b><span>")
                .append(escape(name))
                .append("</span></div>"));
    body.append("</div>\n");
    return this;
  }

  /**
   * A titled part.
   *
   * @param html its content, escaped already
   */
  public ReportPage section(String heading, String html) {
    body.append("<section><h2>").append(escape(heading)).append("</h2>\n");
    body.append(html).append("</section>\n");
    return this;
  }

  /** Names and values, one a row. */
  public static String facts(Map<String, String> facts) {
    StringBuilder html = new StringBuilder("<table>");
    facts.forEach(
        (name, value) ->
            html.append("<tr><td class=fact>")
                .append(escape(name))
                .append("</td><td>")
                .append(escape(value))
                .append("</td></tr>\n"));
    return html.append("</table>\n").toString();
  }

  /** A table whose first {@code texts} columns are texts and whose others are numbers. */
  static String table(List<String> head, int texts, List<List<String>> rows) {
    StringBuilder html = new StringBuilder("<table><tr>");
    row(html, "th", texts, head);
    for (List<String> cells : rows) {
      html.append("</tr>\n<tr>");
      row(html, "td", texts, cells);
    }
    return html.append("</tr></table>\n").toString();
  }

  private static void row(StringBuilder html, String tag, int texts, List<String> cells) {
    for (int i = 0; i < cells.size(); i++) {
      html.append('<').append(tag).append(i < texts ? ">" : " class=number>");
      html.append(escape(cells.get(i))).append("</").append(tag).append('>');
    }
  }

  static String escape(String text) {
    return Printable.lines(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  public String html() {
    return "<!doctype html>\n<html lang=en>\n<meta charset=utf-8>\n"
        + "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n<title>"
        + escape(title)
        + "</title>\n<style>\n"
        + styles()
        + "</style>\n<main>\n"
        + body
        + "</main>\n</html>\n";
  }

  private static String styles() {
    try (InputStream in = ReportPage.class.getResourceAsStream("report.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
