package org.residuum.job;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.residuum.data.Dataset;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
import org.residuum.format.folder.SavedModel;
import org.residuum.report.NetworkSummary;
import org.residuum.report.OptionsText;
import org.residuum.text.Units;
import org.residuum.train.TrainingOptions;

/**
 * What a training in a folder began with, as the facts of its checkpoint say it: a training goes on
 * only with the same start, data, network and options.
 */
record SameTraining(Path folder, Map<String, String> facts) {
  private static final String DATA = "data";
  private static final String VALIDATION = "validation";
  private static final String ORIGIN = "started from";
  private static final String CONTENTS = " contents";

  /** What tells other data, also those of the same number and labels, and another start. */
  static Map<String, String> describe(TrainingData data, StartingPoint start) throws IOException {
    Map<String, String> facts = describe(data);
    facts.put(ORIGIN, Origin.of(start).text());
    facts.putAll(contents(data));
    return facts;
  }

  private static Map<String, String> describe(TrainingData data) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(DATA, text(data.training()));
    facts.put("split-seed", String.valueOf(data.split().seed()));
    facts.put("test-share", String.valueOf(data.split().testShare()));
    facts.put("validation-share", String.valueOf(data.split().validationShare()));
    facts.put("group-by", data.split().groupBy());
    facts.put(VALIDATION, data.validation().map(SameTraining::text).orElse("none"));
    return facts;
  }

  /** Checksums of the parts that decide a training. */
  private static Map<String, String> contents(TrainingData data) throws IOException {
    Map<String, String> sums = new LinkedHashMap<>();
    sums.put("training" + CONTENTS, checksum(data.training()));
    if (data.validation().isPresent()) {
      sums.put(VALIDATION + CONTENTS, checksum(data.validation().get()));
    }
    return sums;
  }

  private static String checksum(Dataset data) throws IOException {
    return String.format(Locale.ROOT, "%08x", data.checksum());
  }

  /** For example {@code digits, 3,823 examples, labels 7a0c52e1}, the last a checksum. */
  private static String text(Dataset training) {
    CRC32 labels = new CRC32();
    float[] targets = new float[training.labels().size()];
    for (int i = 0; i < training.size(); i++) {
      if (training.task() == Task.CLASSIFY) {
        labels.update(training.label(i));
        labels.update(training.label(i) >> 8);
      } else {
        training.targets(i, targets);
        labels.update(Arrays.toString(targets).getBytes(StandardCharsets.US_ASCII));
      }
    }
    return String.format(
        Locale.ROOT,
        "%s, %s, labels %08x",
        training.name(),
        Units.count(training.size(), "example"),
        labels.getValue());
  }

  /**
   * Checks the start, the data and the network.
   *
   * @param model the training's
   * @throws TrainingJob.OtherSettingsException naming what is another one
   */
  void require(SavedModel model, StartingPoint start, TrainingData data) throws IOException {
    String origin = facts.get(ORIGIN);
    if (origin != null) { // An older version did not note it.
      new Origin(origin).requireSame(folder, Origin.of(start));
    }
    String task = start.outputs().task().toString();
    requireSame("task", model.outputs().task().toString(), task);
    describe(data)
        .forEach(
            (part, now) ->
                requireSame(
                    part.equals(VALIDATION) ? "data" : part, facts.getOrDefault(part, now), now));
    String network = NetworkSummary.of(start.network());
    requireSame("model", NetworkSummary.of(model.network()), network);
    if (!model.network().toString().equals(start.network().toString())) {
      throw other("model", "another network of " + network, "this");
    }
    requireSame("data", text(model.preprocessing()), text(start.preprocessing()));
    requireSame("data", classes(model.labels()), classes(data.training().labels()));
    String outputs = start.outputs().toMap().toString();
    requireSame("data", model.outputs().toMap().toString(), outputs);
    contents(data).forEach(this::requireSameContents);
  }

  /** An older version did not note them. */
  private void requireSameContents(String part, String now) {
    String then = facts.getOrDefault(part, now);
    if (!now.equals(then)) {
      throw new TrainingJob.OtherSettingsException(
          ("resume: the %s examples are others than those that the training in %s began with,"
               + " though as many with the same labels (checksum %s, now %s); bring those back, or"
               + " start anew elsewhere")
              .formatted(part.replace(CONTENTS, ""), folder, then, now));
    }
  }

  /** Checks options of the command line, by name. */
  void requireOptions(Map<String, String> given) {
    differences(given)
        .forEach(
            (option, then) ->
                requireSame(option.substring("--".length()), then, given.get(option)));
  }

  /** What the training had otherwise: the options with the values of then. */
  Map<String, String> differences(Map<String, String> given) {
    Map<String, String> usual = OptionsText.byOption(TrainingOptions.builder().build());
    Map<String, String> others = new LinkedHashMap<>();
    given.forEach(
        (option, now) -> { // An older version had not all of them.
          String then = facts.getOrDefault(option, usual.get(option));
          if (!now.equals(then)) {
            others.put(option, then);
          }
        });
    return others;
  }

  private void requireSame(String setting, String then, String now) {
    if (!now.equals(then)) {
      throw other(setting, then == null ? "unknown" : then, now);
    }
  }

  private TrainingJob.OtherSettingsException other(String setting, String then, String now) {
    return new TrainingJob.OtherSettingsException(
        "resume: "
            + setting
            + " was "
            + then
            + " for "
            + folder
            + ", now it is "
            + now
            + "; give the options of the interrupted command again");
  }

  /** For example {@code classes cat, dog}. */
  private static String classes(List<String> labels) {
    return "classes " + String.join(", ", labels);
  }

  private static String text(Optional<Preprocessing> preprocessing) {
    return preprocessing.map(SameTraining::text).orElse("{}");
  }

  private static String text(Preprocessing preprocessing) {
    return preprocessing.toMap().toString();
  }
}
