package org.residuum.data.load;

import java.util.Objects;
import org.residuum.backend.Feed;
import org.residuum.data.Augmentation;
import org.residuum.data.Dataset;
import org.residuum.data.ImageDataset;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.VectorDataset;
import org.residuum.data.augment.TrainingPictures;

/** The options of a {@link DatasetLoader}; every one has a default. */
public final class DatasetLoaderBuilder {
  private static final int FULL = 255;

  final Dataset dataset;
  int batch = 128;
  long seed;
  boolean shuffle;
  boolean balanced;
  boolean dropLast;
  boolean keepGoing;
  boolean fillLast;
  int group = 1;
  int threads = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors() - 1));
  int ahead = 3;
  private Augmentation augmentation = Augmentation.NONE;
  private Preprocessing preprocessing;

  DatasetLoaderBuilder(Dataset dataset) {
    this.dataset = Objects.requireNonNull(dataset, "dataset");
  }

  /** Examples a batch; default 128. */
  public DatasetLoaderBuilder batch(int examples) {
    batch = atLeastOne("batch", examples);
    return this;
  }

  /** Decides order and augmentation; default 0. */
  public DatasetLoaderBuilder seed(long value) {
    seed = value;
    return this;
  }

  /** Whether each epoch has an order of its own; default false, the data set's order. */
  public DatasetLoaderBuilder shuffle(boolean on) {
    shuffle = on;
    return this;
  }

  /**
   * Whether an epoch, of the same length and in an order of its own, has as many examples of each
   * class; default false: it has each example once.
   */
  public DatasetLoaderBuilder balanced(boolean on) {
    balanced = on;
    return this;
  }

  /** Whether to leave out a last batch that is not full; default false. */
  public DatasetLoaderBuilder dropLast(boolean on) {
    dropLast = on;
    return this;
  }

  /**
   * Whether an example that cannot be read, whatever is thrown, is the {@link Batch#failure} of its
   * row; default false: it is that of the pass.
   */
  public DatasetLoaderBuilder keepGoing(boolean on) {
    keepGoing = on;
    return this;
  }

  /**
   * Whether a last batch that is not full is filled up with the first examples of the next epoch's
   * order; default false.
   */
  public DatasetLoaderBuilder fillLast(boolean on) {
    fillLast = on;
    return this;
  }

  /**
   * Batches that belong together: with {@link #fillLast} an epoch is filled up to a multiple of so
   * many; default 1.
   */
  public DatasetLoaderBuilder group(int batches) {
    group = atLeastOne("group", batches);
    return this;
  }

  /** Loading threads; default one less than the processors, from 1 to 4. */
  public DatasetLoaderBuilder threads(int count) {
    threads = atLeastOne("threads", count);
    return this;
  }

  /** How many batches may be ready or in the making while one is in use; default 3. */
  public DatasetLoaderBuilder ahead(int count) {
    ahead = atLeastOne("ahead", count);
    return this;
  }

  /** Random changes to pictures; default {@link Augmentation#NONE}. */
  public DatasetLoaderBuilder augmentation(Augmentation value) {
    augmentation = Objects.requireNonNull(value, "augmentation");
    return this;
  }

  /** How to normalise; default {@link Preprocessing#of} the data set itself. */
  public DatasetLoaderBuilder preprocessing(Preprocessing value) {
    preprocessing = Objects.requireNonNull(value, "preprocessing");
    return this;
  }

  /** Starts the loading threads, which wait for the first epoch. */
  public DatasetLoader build() {
    if (preprocessing == null) {
      preprocessing = Preprocessing.of(dataset);
    }
    return new DatasetLoader(this);
  }

  /** Bytes but for vectors, and for pictures that are distorted and not changed otherwise. */
  Feed feed() {
    if (!augmentation.changes().isEmpty()) {
      return preprocessing.feed(FULL);
    }
    return dataset instanceof ImageDataset images
            && augmentation.distortion().equals(Augmentation.Distortion.NONE)
        ? preprocessing.feed(images.maxValue())
        : Feed.FLOATS;
  }

  ExampleWriter<Draw> writer() {
    if (!preprocessing.inputShape().equals(dataset.exampleShape())) {
      throw new IllegalArgumentException(
          ("%s has examples %s, the preprocessing is for %s; use one measured on"
                  + " this set, or open a picture folder with it")
              .formatted(dataset.name(), dataset.exampleShape(), preprocessing.inputShape()));
    }
    if (dataset instanceof ImageDataset images) {
      requireSmallPadding();
      if (!augmentation.changes().isEmpty()) {
        TrainingPictures changed = pictures(images);
        return new ImageWriter<>(
            preprocessing, (draw, scratch) -> changed.read(draw.index(), draw.bits()));
      }
      return new ImageWriter<>(
          preprocessing,
          images.maxValue(),
          (draw, scratch) -> {
            images.read(draw.index(), scratch);
            return inNetworkOrder(scratch);
          },
          augmentation,
          Draw::bits);
    }
    if (!augmentation.equals(Augmentation.NONE)) {
      throw new IllegalArgumentException(
          dataset.name() + " has vectors, which cannot be changed as pictures are; use NONE");
    }
    VectorDataset vectors = (VectorDataset) dataset;
    return new VectorWriter<>(
        preprocessing,
        (draw, scratch) -> {
          vectors.read(draw.index(), scratch);
          return scratch;
        });
  }

  /** For one thread. */
  TrainingPictures pictures(ImageDataset images) {
    return new TrainingPictures(images, augmentation, preprocessing);
  }

  /** Data sets hold RGB or grey. */
  private byte[] inNetworkOrder(byte[] pixels) {
    Preprocessing.Values.Colors colors = preprocessing.values().colors();
    if (colors == Preprocessing.Values.Colors.RGB) {
      return pixels;
    }
    int channels = preprocessing.channels();
    Picture picture = new Picture(preprocessing.height(), preprocessing.width(), channels, pixels);
    return colors.of(picture, channels).pixels();
  }

  private void requireSmallPadding() {
    int side = Math.min(preprocessing.height(), preprocessing.width());
    if (augmentation.padAndCrop() >= side) {
      throw new IllegalArgumentException(
          "%s: padding by %s pixels can cut examples %s out of sight; pad by less than %s"
              .formatted(dataset.name(), augmentation.padAndCrop(), dataset.exampleShape(), side));
    }
  }

  private static int atLeastOne(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " " + value + " must be at least 1");
    }
    return value;
  }
}
