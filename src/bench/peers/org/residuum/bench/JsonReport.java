package org.residuum.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The same for programs, with the rate of every round. */
final class JsonReport {
  private final JsonGenerator json;

  private JsonReport(JsonGenerator json) {
    this.json = json;
  }

  static String of(Map<String, String> header, List<Outcome> outcomes) throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
      new JsonReport(json).write(header, outcomes);
    }
    return text + "\n";
  }

  private void write(Map<String, String> header, List<Outcome> outcomes) throws IOException {
    json.writeStartObject();
    for (Map.Entry<String, String> entry : header.entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeArrayFieldStart("rows");
    for (Outcome outcome : outcomes) {
      row(outcome);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void row(Outcome outcome) throws IOException {
    json.writeStartObject();
    json.writeStringField("network", outcome.workload().network().name());
    json.writeNumberField("batch", outcome.workload().batch());
    json.writeStringField("kind", outcome.row().kind().name().toLowerCase(Locale.ROOT));
    json.writeStringField("unit", outcome.workload().unit());
    json.writeStringField("verdict", outcome.verdict());
    rates(outcome);
    ratios(outcome);
    if (outcome.steady() != null) {
      steady(outcome.steady());
    }
    json.writeEndObject();
  }

  private void rates(Outcome outcome) throws IOException {
    json.writeObjectFieldStart("rates");
    for (Map.Entry<String, Sample> entry : outcome.rates().entrySet()) {
      json.writeFieldName(entry.getKey());
      double[] values = entry.getValue().values();
      json.writeArray(values, 0, values.length);
    }
    json.writeEndObject();
  }

  private void ratios(Outcome outcome) throws IOException {
    json.writeObjectFieldStart("medianRatios");
    for (Row.Peer peer : Row.Peer.values()) {
      if (outcome.has(peer)) {
        json.writeNumberField(peer.toString(), outcome.ratio(peer).median());
      }
    }
    json.writeEndObject();
  }

  private void steady(SteadyState steady) throws IOException {
    json.writeObjectFieldStart("steadyState");
    json.writeNumberField("batches", steady.batches());
    json.writeNumberField("heapBytesPerBatch", steady.heapBytes());
    json.writeNumberField("residentGrowthBytes", steady.residentGrowth());
    if (steady.memory() != null) {
      json.writeNumberField("arenaBytes", steady.memory().arenaBytes());
      json.writeNumberField("largestLiveBytes", steady.memory().largestLiveBytes());
    }
    json.writeEndObject();
  }
}
