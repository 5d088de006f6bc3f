package org.residuum.job.history;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.residuum.train.Evaluation;
import org.residuum.train.Evaluation.ConfusionMatrix;
import org.residuum.train.TaskFigures;
import org.residuum.train.TrainingResult.EpochResult;
import org.residuum.train.TrainingResult.ParameterNorm;

/** An epoch as a line of CSV (RFC 4180, lines end in a line feed) and as one of JSON. */
final class HistoryText {
  private static final JsonFactory JSON = new JsonFactory();
  private static final Pattern CSV_EPOCH = Pattern.compile("(\\d{1,9}),.*");

  /** Bytes of names may look like ends of lines. */
  private static final Pattern JSON_EPOCH =
      Pattern.compile("\\{\"epoch\":(\\d{1,9}),.*}", Pattern.DOTALL);

  private HistoryText() {}

  /** A number that there is none of is an empty field. */
  static String csv(Collection<?> fields) {
    StringWriter text = new StringWriter();
    try (CsvWriter csv = CsvWriter.builder().lineDelimiter(LineDelimiter.LF).build(text)) {
      csv.writeRecord(fields.stream().map(HistoryText::field).toList());
    } catch (IOException e) {
      throw new IllegalStateException(e); // A string takes everything.
    }
    return text.toString().stripTrailing();
  }

  private static String field(Object value) {
    return isNone(value) ? "" : String.valueOf(value);
  }

  private static boolean isNone(Object value) {
    return value instanceof Double number && !Double.isFinite(number);
  }

  static OptionalInt csvEpoch(String line) {
    return epoch(CSV_EPOCH.matcher(line));
  }

  static OptionalInt jsonEpoch(String line) {
    return epoch(JSON_EPOCH.matcher(line));
  }

  private static OptionalInt epoch(Matcher matcher) {
    return matcher.matches()
        ? OptionalInt.of(Integer.parseInt(matcher.group(1)))
        : OptionalInt.empty();
  }

  /** The figures, then the norms by parameter and the validation by class. */
  static String json(Map<String, Object> figures, EpochResult result) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (Map.Entry<String, Object> figure : figures.entrySet()) {
        write(json, figure.getKey(), figure.getValue());
      }
      List<ParameterNorm> norms = result.gradients().last();
      write(json, "gradient_norms", norms, ParameterNorm::gradient);
      write(json, "weight_norms", norms, ParameterNorm::weight);
      Evaluation validation = result.validation();
      if (validation.isThere() && validation.figures().isEmpty()) {
        write(json, validation.confusion());
      } else if (validation.isThere()) {
        write(json, validation.figures().get());
      }
      json.writeEndObject();
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, String name, Object value) throws IOException {
    json.writeFieldName(name);
    json.writeObject(isNone(value) ? null : value);
  }

  private static void write(
      JsonGenerator json,
      String name,
      List<ParameterNorm> norms,
      ToDoubleFunction<ParameterNorm> which)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (ParameterNorm norm : norms) {
      write(json, norm.name(), which.applyAsDouble(norm));
    }
    json.writeEndObject();
  }

  /** The figures of each label, or of each column of numbers. */
  private static void write(JsonGenerator json, TaskFigures figures) throws IOException {
    json.writeArrayFieldStart(figures instanceof TaskFigures.OfLabels ? "labels" : "targets");
    for (int k = 0; k < figures.labels().size(); k++) {
      json.writeStartObject();
      if (figures instanceof TaskFigures.OfLabels labels) {
        json.writeStringField("label", labels.labels().get(k));
        json.writeNumberField("examples", labels.having(k));
        write(json, "precision", labels.precision(k));
        write(json, "recall", labels.recall(k));
        write(json, "f1", labels.f1(k));
        write(json, "average_precision", labels.averagePrecision(k));
      } else if (figures instanceof TaskFigures.OfNumbers numbers) {
        json.writeStringField("target", numbers.labels().get(k));
        write(json, "rmse", numbers.rmse(k));
        write(json, "mae", numbers.mae(k));
        write(json, "r2", numbers.r2(k));
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void write(JsonGenerator json, ConfusionMatrix classes) throws IOException {
    json.writeArrayFieldStart("classes");
    for (int label = 0; label < classes.labels().size(); label++) {
      json.writeStartObject();
      json.writeStringField("class", classes.labels().get(label));
      json.writeNumberField("examples", classes.total(label));
      write(json, "precision", classes.precision(label));
      write(json, "recall", classes.recall(label));
      write(json, "f1", classes.f1(label));
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
