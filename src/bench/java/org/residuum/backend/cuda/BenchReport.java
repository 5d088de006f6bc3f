package org.residuum.backend.cuda;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Rows as JSON; the file is written anew with each row, so that a crash loses none. */
final class BenchReport {
  private final Map<String, String> header;
  private final Path file;
  private final List<BenchRow> rows = new ArrayList<>();

  /**
   * A report without rows.
   *
   * @param file null where none is wanted
   */
  BenchReport(Map<String, String> header, Path file) {
    this.header = new LinkedHashMap<>(header);
    this.file = file;
  }

  /** Writes the header; what comes to nothing after it leaves that much. */
  void begin() {
    if (file != null) {
      write();
    }
  }

  /** Adds what the device was seen to do at best. */
  void head(DeviceLimits limits) {
    limits.header().forEach((name, value) -> System.out.println(name + ": " + value));
    header.putAll(limits.header());
    begin();
  }

  void add(BenchRow row) {
    rows.add(row);
    System.out.println(line(row));
    begin();
  }

  List<BenchRow> rows() {
    return rows;
  }

  boolean anyFailed() {
    return rows.stream().anyMatch(row -> row.failure() != null);
  }

  private static String line(BenchRow row) {
    String what = row.group() + ": " + row.name() + ", " + row.precision();
    if (row.failure() != null) {
      return what + ": FAILED: " + row.failure();
    }
    if (row.leftOut() != null) {
      return what + ": left out: " + row.leftOut();
    }
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "%s: %.4g µs (%.4g–%.4g), %.4g MB, %.4g GFLOP",
                what,
                1e6 * row.seconds().median(),
                1e6 * row.seconds().quantile(0.25),
                1e6 * row.seconds().quantile(0.75),
                row.traffic().bytes() / 1e6,
                row.traffic().flops() / 1e9));
    row.figures()
        .forEach(
            (name, value) -> text.append(String.format(Locale.ROOT, ", %s %.4g", name, value)));
    return text.toString();
  }

  private void write() {
    try {
      Path fresh = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(fresh, json());
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One object with the header's entries and {@code rows}. */
  String json() throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      json.writeStartObject();
      for (Map.Entry<String, String> entry : header.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeArrayFieldStart("rows");
      for (BenchRow row : rows) {
        write(json, row);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    return text + "\n";
  }

  private static void write(JsonGenerator json, BenchRow row) throws IOException {
    json.writeStartObject();
    json.writeStringField("group", row.group());
    json.writeStringField("name", row.name());
    json.writeStringField("mode", row.precision());
    if (row.failure() != null) {
      json.writeStringField("failure", row.failure());
    } else if (row.leftOut() != null) {
      json.writeStringField("leftOut", row.leftOut());
    } else {
      json.writeNumberField("medianSeconds", row.seconds().median());
      json.writeNumberField("lowerQuartileSeconds", row.seconds().quantile(0.25));
      json.writeNumberField("upperQuartileSeconds", row.seconds().quantile(0.75));
      json.writeNumberField("rounds", row.seconds().values().length);
      json.writeNumberField("bytes", row.traffic().bytes());
      json.writeNumberField("flops", row.traffic().flops());
      for (Map.Entry<String, Double> figure : row.figures().entrySet()) {
        json.writeNumberField(figure.getKey(), figure.getValue());
      }
    }
    json.writeEndObject();
  }
}
