package org.residuum.cli.option;

import java.util.Arrays;
import org.residuum.data.Preprocessing;

/** The usual mean and deviation of known data. */
enum Preset {
  imagenet(Preprocessing.imagenet()),
  cifar10(Preprocessing.cifar10()),
  cifar100(Preprocessing.cifar100()),
  mnist(Preprocessing.mnist()),

  /** Values as they are: pictures on a scale of 0 to 1, vectors as in the file. */
  raw(null);

  private final Preprocessing published;

  Preset(Preprocessing published) {
    this.published = published;
  }

  /** The preset of a data set, by what {@code --data} said; null where it has none. */
  static Preset ofData(String data) {
    return data == null
        ? null
        : Arrays.stream(values())
            .filter(preset -> data.startsWith(preset.name() + ":"))
            .findFirst()
            .orElse(null);
  }

  /** A value a channel; 0 for raw. */
  float[] mean(int channels) {
    return published == null ? new float[channels] : published.mean();
  }

  /** A value a channel; 1 for raw. */
  float[] std(int channels) {
    if (published == null) {
      float[] ones = new float[channels];
      Arrays.fill(ones, 1);
      return ones;
    }
    return published.std();
  }

  /** Height and width; null for raw. */
  int[] size() {
    return published == null ? null : new int[] {published.height(), published.width()};
  }
}
