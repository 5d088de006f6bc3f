package org.residuum.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.format.folder.SavedModel;
import org.residuum.network.Shape;
import org.residuum.network.Value;
import org.residuum.text.Units;

/** A file from elsewhere as a model that can be fed: with normalisation and labels by options. */
public final class ForeignModel {
  /** Networks of smaller pictures see them whole, those of larger ones cropped as ImageNet's. */
  private static final int SMALLEST_CROPPED = 128;

  private final Path path;
  private final ForeignOptions options;
  private final Preset ofData;

  /**
   * A file.
   *
   * @param ofData the preset of the data that it is for; null where there is none
   */
  public ForeignModel(Path path, ForeignOptions options, Preset ofData) {
    this.path = path;
    this.options = options;
    this.ofData = ofData;
  }

  /** Reads it; tells the normalisation. */
  public SavedModel read(Console console) throws IOException {
    int[] size = ofData == null ? null : ofData.size();
    ForeignNetwork file = ForeignNetwork.read(path, options.arch(), size, console);
    List<Value> inputs = file.network().inputs();
    if (inputs.isEmpty()) {
      throw CommandFailure.failed("--model " + path + ": its network has no input");
    }
    requireClassifier(file);
    List<String> labels = options.labels();
    requireLabels(labels, file);
    int[] extents = inputs.get(0).shape().toArray();
    Shape example = Shape.of(Arrays.copyOfRange(extents, 1, extents.length));
    return new SavedModel(
        file.network(),
        file.parameters(),
        labels,
        preprocessing(example, console).toMap(),
        Map.of());
  }

  /** A free batch, and one output, or one that is named as the logits are. */
  private void requireClassifier(ForeignNetwork file) {
    Shape input = file.network().inputs().get(0).shape();
    if (!input.isBatched()) {
      throw CommandFailure.failed(
          "--model "
              + path
              + ": its graph fixes the batch size, its input is "
              + input
              + (file.fixedBatch().isEmpty() ? "" : "; it cannot be freed: " + file.fixedBatch())
              + "; export it with a free one (dynamic_axes of torch.onnx.export)");
    }
    Map<String, Value> outputs = file.network().outputs();
    if (outputs.size() > 1 && !outputs.containsKey("logits")) {
      String all =
          outputs.entrySet().stream()
              .map(output -> output.getKey() + " " + output.getValue().shape())
              .collect(Collectors.joining(", "));
      throw CommandFailure.usage(
          "--model " + path + ": it has several outputs, " + all + "; name the logits by --output");
    }
  }

  private Preprocessing preprocessing(Shape example, Console console) {
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
    Preprocessing preprocessing =
        new Preprocessing(
            example,
            options.mean() == null
                ? preset.mean(channels)
                : values("--mean", options.mean(), channels),
            options.std() == null ? preset.std(channels) : values("--std", options.std(), channels),
            resize(example));
    String source = given ? "as given" : "preset " + preset;
    PreprocessingLine.tell(preprocessing, source, console);
    return preprocessing;
  }

  /** The shorter side to 256 for 224, as for ImageNet, and in proportion. */
  private static Resize resize(Shape example) {
    int side = example.rank() == 3 ? Math.min(example.extent(1), example.extent(2)) : 0;
    return side >= SMALLEST_CROPPED
        ? Resize.crop(Math.max(side * 256 / 224, Math.max(example.extent(1), example.extent(2))))
        : Resize.squash();
  }

  private void requireLabels(List<String> labels, ForeignNetwork file) {
    Map<String, Value> outputs = file.network().outputs();
    Value logits = outputs.getOrDefault("logits", outputs.values().iterator().next());
    int classes = logits.shape().elements();
    if (!labels.isEmpty() && labels.size() != classes) {
      throw CommandFailure.failed(
          "--labels "
              + options.labelsFile()
              + ": it names "
              + Units.count(labels.size(), "label")
              + ", "
              + path
              + " tells "
              + classes
              + " classes apart; write a line for each");
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
    float[] array = new float[values.size() == 1 ? channels : values.size()];
    for (int i = 0; i < array.length; i++) {
      array[i] = values.get(values.size() == 1 ? 0 : i);
    }
    return array;
  }
}
