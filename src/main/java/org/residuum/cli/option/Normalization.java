package org.residuum.cli.option;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.residuum.Model;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.data.Preprocessing;
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
    Shape example = model.exampleShape();
    int channels = example.extent(0);
    Preset preset = options.preset() == null ? ofData : options.preset();
    boolean given = options.mean() != null && options.std() != null;
    if (preset == null) {
      if (!given && example.rank() != 1) {
        throw CommandFailure.usage(
            "--model "
                + path
                + ": such a file does not say how its pictures were normalised; add --preset"
                + " imagenet (or cifar10, cifar100, mnist, raw), or --mean and --std");
      }
      preset = Preset.raw;
    }
    requireChannels(preset, channels, given);
    float[] mean =
        options.mean() == null ? preset.mean(channels) : values("--mean", options.mean(), channels);
    float[] std =
        options.std() == null ? preset.std(channels) : values("--std", options.std(), channels);
    Preprocessing preprocessing =
        new Preprocessing(example, mean, std, Preprocessing.Resize.usual(example));
    PreprocessingLine.tell(preprocessing, given ? "as given" : "preset " + preset, console);
    return preprocessing;
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
