package org.residuum.cli.depth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.residuum.format.FormatException;
import org.residuum.format.file.AtomicFile;

/** A study's findings as JSON, a line each, in a file that is whole at each moment. */
final class Findings {
  private static final JsonFactory JSON = new JsonFactory();

  private final Path file;
  private final Map<Subject, Finding> findings = new LinkedHashMap<>();

  /** Those in a file, or none yet. */
  Findings(Path file) throws IOException {
    this.file = file;
    if (Files.exists(file)) {
      int line = 0;
      for (String text : Files.readAllLines(file)) {
        line++;
        Finding finding = read(text, line);
        findings.put(finding.subject(), finding);
      }
    }
  }

  List<Finding> all() {
    return List.copyOf(findings.values());
  }

  Finding of(Subject subject) {
    return findings.get(subject);
  }

  /** Adds one and writes the file. */
  void add(Finding finding) throws IOException {
    findings.put(finding.subject(), finding);
    StringBuilder text = new StringBuilder();
    for (Finding one : findings.values()) {
      text.append(line(one)).append('\n');
    }
    AtomicFile.writeText(file, text.toString());
  }

  private static String line(Finding finding) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeStringField("form", finding.subject().form().toString());
      json.writeNumberField("blocks", finding.subject().blocks());
      json.writeBooleanField("residual", finding.subject().residual());
      json.writeNumberField("seed", finding.subject().seed());
      json.writeStringField("settings", finding.settings());
      json.writeStringField("failure", finding.failure());
      write(json, "losses", finding.losses());
      write(json, "accuracies", finding.accuracies());
      write(json, "start", finding.start());
      write(json, "trained", finding.trained());
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, String name, Anatomy anatomy) throws IOException {
    write(json, name + ".first", new double[] {anatomy.first()});
    write(json, name + ".gradients", anatomy.gradients());
    write(json, name + ".distances", anatomy.distances());
  }

  /** Four digits are more than a picture shows; what is not finite becomes null. */
  private static void write(JsonGenerator json, String name, double[] values) throws IOException {
    json.writeArrayFieldStart(name);
    for (double value : values) {
      if (Double.isFinite(value)) {
        json.writeNumber(Double.parseDouble(String.format(Locale.ROOT, "%.3e", value)));
      } else {
        json.writeNull();
      }
    }
    json.writeEndArray();
  }

  private Finding read(String text, int line) throws IOException {
    Map<String, String> words = new LinkedHashMap<>();
    Map<String, double[]> numbers = new LinkedHashMap<>();
    try (JsonParser json = JSON.createParser(text)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (json.nextToken() == JsonToken.START_ARRAY) {
          numbers.put(name, numbers(json));
        } else {
          words.put(name, json.getText());
        }
      }
      return finding(words, numbers);
    } catch (IOException | RuntimeException e) {
      throw new FormatException(
          file, "line " + line, "it is no finding of a depth study; name another folder");
    }
  }

  private static double[] numbers(JsonParser json) throws IOException {
    List<Double> values = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      boolean finite = json.currentToken() != JsonToken.VALUE_NULL;
      values.add(finite ? json.getDoubleValue() : Double.NaN);
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Finding finding(Map<String, String> words, Map<String, double[]> numbers) {
    Subject subject =
        new Subject(
            Form.of(words.get("form")),
            Integer.parseInt(words.get("blocks")),
            Boolean.parseBoolean(words.get("residual")),
            Long.parseLong(words.get("seed")));
    return new Finding(
        subject,
        words.get("settings"),
        numbers.get("losses"),
        numbers.get("accuracies"),
        words.get("failure"),
        anatomy(numbers, "start"),
        anatomy(numbers, "trained"));
  }

  private static Anatomy anatomy(Map<String, double[]> numbers, String name) {
    return new Anatomy(
        numbers.get(name + ".first")[0],
        numbers.get(name + ".gradients"),
        numbers.get(name + ".distances"));
  }
}
