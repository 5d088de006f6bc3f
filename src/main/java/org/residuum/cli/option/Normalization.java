package org.residuum.cli.option;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.residuum.Model;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.network.Shape;
import org.residuum.text.Units;

/** How the pictures for a file from elsewhere are normalised, as the options say. */
final class Normalization {
  private final Path path;
  private final ForeignOptions options;
  private final Preset ofData;

  /**
   * For a file.
   *
   * @param ofData the preset of the data that it is for; null where there is none
   */
  Normalization(Path path, ForeignOptions options, Preset ofData) {
    this.path = path;
    this.options = options;
    this.ofData = ofData;
  }

  /** What happens to an example of the model; says it. */
  Preprocessing of(Model model, Console console) {
    Preprocessing start =
        options.preset() == null && model.preprocessing().isPresent()
            ? model.preprocessing().get()
            : ofPreset(model);
    int channels = start.channels();
    Preprocessing preprocessing =
        options
            .fitting()
            .over(
                start.withMeanAndStd(
                    options.mean() == null
                        ? start.mean()
                        : values("--mean", options.mean(), channels),
                    options.std() == null
                        ? start.std()
                        : values("--std", options.std(), channels)));
    PreprocessingLine.tell(preprocessing, source(model), console);
    return preprocessing;
  }

  private boolean isGiven() {
    return options.mean() != null && options.std() != null;
  }

  private String source(Model model) {
    if (isGiven()) {
      return "as given";
    }
    String start =
        options.preset() == null && model.preprocessing().isPresent()
            ? model.preprocessingSource()
            : "preset " + preset(model);
    boolean changed =
        options.mean() != null || options.std() != null || options.fitting().given() != null;
    return changed ? start + ", changed by options" : start;
  }

  private Preset preset(Model model) {
    Preset preset = options.preset() == null ? ofData : options.preset();
    if (preset == null && !isGiven() && model.exampleShape().rank() != 1) {
      throw CommandFailure.usage("--model " + unknown(model));
    }
    return preset == null ? Preset.raw : preset;
  }

  private String unknown(Model model) {
    String remedy =
        "; add --preset imagenet (or cifar10, cifar100, mnist, raw), or --mean and --std";
    return model.preprocessingProblem().isEmpty()
        ? path + ": such a file does not say how its pictures were normalised" + remedy
        : path + ": " + model.preprocessingProblem() + remedy;
  }

  private Preprocessing ofPreset(Model model) {
    Shape example = model.exampleShape();
    int channels = example.extent(0);
    Preset preset = preset(model);
    requireChannels(preset, channels, isGiven());
    boolean replaced = isGiven() && preset.mean(channels).length != channels;
    Preset start = replaced ? Preset.raw : preset;
    return new Preprocessing(
        example, start.mean(channels), start.std(channels), Resize.usual(example));
  }

  private void requireChannels(Preset preset, int channels, boolean given) {
    int published = preset.mean(channels).length;
    if (!given && published != channels) {
      throw CommandFailure.usage(
          "--model "
              + path
              + ": it takes "
              + Units.count(channels, "channel")
              + ", preset "
              + preset
              + " has values for "
              + published
              + "; give another --preset, or --mean and --std");
    }
  }

  /** A value a channel; one value stands for all. */
  private static float[] values(String name, List<Float> values, int channels) {
    boolean isStd = name.equals("--std");
    String given =
        name + " " + values.stream().map(String::valueOf).collect(Collectors.joining(","));
    if (values.size() != 1 && values.size() != channels) {
      throw CommandFailure.usage(
          given
              + ": pictures have "
              + Units.count(channels, "channel")
              + "; give a value for each, or one for all");
    }
    for (float value : values) {
      if (!Float.isFinite(value) || isStd && value <= 0) {
        throw CommandFailure.usage(given + ": each is finite" + (isStd ? " and above 0" : ""));
      }
    }
    float[] array = new float[channels];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(values.size() == 1 ? 0 : i);
    }
    return array;
  }
}
