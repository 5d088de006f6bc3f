package org.residuum.data;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.residuum.backend.Feed;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.prepare.Fitting;
import org.residuum.data.prepare.Measurement;
import org.residuum.data.prepare.PicturePart;
import org.residuum.network.Shape;

/**
 * What happens to an example before a network sees it: fit to the input's size and channels, then
 * {@code (value - mean) / std} for each channel. Mean and deviation are on the scale of {@link
 * Values#range}, mostly 0..1, for pictures and on the raw scale for vectors.
 *
 * @param inputShape {@code (C, H, W)}, C 1 or 3, for pictures; {@code (F)} for vectors
 * @param mean a value a channel (pictures) or feature (vectors), in the network's order
 * @param std positive, a value a channel or feature
 * @param resize how a picture of another size is fitted
 * @param decoding how picture files are read; saved with a model is what becomes of their colour
 *     profile
 * @param values what a pixel's numbers mean
 */
public record Preprocessing(
    Shape inputShape,
    float[] mean,
    float[] std,
    Resize resize,
    PictureOptions decoding,
    Values values) {
  public Preprocessing {
    PreprocessingText.checkShape(inputShape);
    mean = mean.clone();
    std = std.clone();
    Objects.requireNonNull(resize, "resize");
    Objects.requireNonNull(decoding, "decoding");
    if (inputShape.rank() != 3 && !values.equals(Values.USUAL)) {
      throw new IllegalArgumentException(
          values + " for vectors " + inputShape + ": colours and ranges are of pictures");
    }
    for (float[] numbers : new float[][] {mean, std}) {
      if (numbers.length != inputShape.extent(0)) {
        throw new IllegalArgumentException(
            "mean and std of input %s need %s values each, not %s"
                .formatted(inputShape, inputShape.extent(0), numbers.length));
      }
    }
    for (int c = 0; c < mean.length; c++) {
      if (!Float.isFinite(mean[c]) || !Float.isFinite(std[c]) || std[c] <= 0) {
        throw new IllegalArgumentException(
            "mean %s, std %s of channel %s: both must be finite, std above 0"
                .formatted(mean[c], std[c], c));
      }
    }
  }

  /** For RGB or grey on a scale of 0 to 1. */
  public Preprocessing(
      Shape inputShape, float[] mean, float[] std, Resize resize, PictureOptions decoding) {
    this(inputShape, mean, std, resize, decoding, Values.USUAL);
  }

  /** The same for picture files that are read as by default. */
  public Preprocessing(Shape inputShape, float[] mean, float[] std, Resize resize) {
    this(inputShape, mean, std, resize, PictureOptions.DEFAULTS);
  }

  /** ImageNet's usual evaluation: shorter side 256, centre 224 × 224; as torchvision's models. */
  public static Preprocessing imagenet() {
    return new Preprocessing(
        Shape.of(3, 224, 224),
        new float[] {0.485f, 0.456f, 0.406f},
        new float[] {0.229f, 0.224f, 0.225f},
        Resize.crop(256));
  }

  public static Preprocessing cifar10() {
    return new Preprocessing(
        Shape.of(3, 32, 32),
        new float[] {0.4914f, 0.4822f, 0.4465f},
        new float[] {0.2470f, 0.2435f, 0.2616f},
        Resize.squash());
  }

  public static Preprocessing cifar100() {
    return new Preprocessing(
        Shape.of(3, 32, 32),
        new float[] {0.5071f, 0.4865f, 0.4409f},
        new float[] {0.2673f, 0.2564f, 0.2762f},
        Resize.squash());
  }

  public static Preprocessing mnist() {
    return new Preprocessing(
        Shape.of(1, 28, 28), new float[] {0.1307f}, new float[] {0.3081f}, Resize.squash());
  }

  /**
   * Measures mean and deviation over a data set, normally the training part: over all of it up to
   * 2^28 values, else over 10,000 examples of a fixed permutation. A constant channel gets
   * deviation 1.
   *
   * @throws java.io.UncheckedIOException if a picture can no longer be read
   */
  public static Preprocessing of(Dataset dataset) {
    return Measurement.of(dataset);
  }

  /** The same mean and deviation for examples of another shape, which are fitted as usual. */
  public Preprocessing withShape(Shape example) {
    return new Preprocessing(example, mean, std, Resize.usual(example), decoding, values);
  }

  /** The same with another mean and deviation, a value a channel or feature. */
  public Preprocessing withMeanAndStd(float[] otherMean, float[] otherStd) {
    return new Preprocessing(inputShape, otherMean, otherStd, resize, decoding, values);
  }

  /** The same with another way to fit pictures. */
  public Preprocessing withResize(Resize other) {
    return new Preprocessing(inputShape, mean, std, other, decoding, values);
  }

  /** The same with another way to read picture files. */
  public Preprocessing withDecoding(PictureOptions other) {
    return new Preprocessing(inputShape, mean, std, resize, other, values);
  }

  /** The same with another meaning of a pixel's numbers; mean and deviation stay as they are. */
  public Preprocessing withValues(Values other) {
    return new Preprocessing(inputShape, mean, std, resize, decoding, other);
  }

  /** Reads what {@link #toMap()} wrote; anything missing, unknown or malformed is refused. */
  public static Preprocessing fromMap(Map<String, String> map) {
    return PreprocessingText.fromMap(map);
  }

  /**
   * As text: the keys {@code input_shape, mean, std, resize}; for a crop {@code shorter_side}; and
   * what is not as usual of {@code resize_to, filter, fill, colors, range, color_profile}.
   */
  public Map<String, String> toMap() {
    return PreprocessingText.toMap(this);
  }

  public boolean isPicture() {
    return inputShape.rank() == 3;
  }

  /** Channels of a picture, or features of a vector. */
  public int channels() {
    return inputShape.extent(0);
  }

  /** Pixels; 1 for vectors. */
  public int height() {
    return isPicture() ? inputShape.extent(1) : 1;
  }

  /** Pixels; 1 for vectors. */
  public int width() {
    return isPicture() ? inputShape.extent(2) : 1;
  }

  /** A copy. */
  @Override
  public float[] mean() {
    return mean.clone();
  }

  /** A copy. */
  @Override
  public float[] std() {
    return std.clone();
  }

  /**
   * Fits a picture to the input's size and channels.
   *
   * @return its bytes are in the network's order: for {@link Values.Colors#BGR} blue comes first
   */
  public Picture fit(Picture picture) {
    if (!isPicture()) {
      throw new IllegalArgumentException(
          "a picture cannot be the input of a network of vectors " + inputShape);
    }
    if (resize.policy() == Resize.Policy.NONE) {
      return values.colors().of(picture.requireSize(height(), width()), channels());
    }
    return fit(PicturePart.whole(picture));
  }

  /**
   * A data set with its pictures fitted to the input's size and channels; itself where they have
   * them, or where this is for vectors.
   */
  public Dataset fit(Dataset dataset) {
    boolean fits = dataset.exampleShape().equals(inputShape);
    return isPicture() && !fits && dataset instanceof ImageDataset images
        ? new FittedImages(images, this)
        : dataset;
  }

  private Picture fit(PicturePart part) {
    Picture middle = fitting(part.height(), part.width()).of(part);
    return values.colors().of(middle.within(height(), width(), resize), channels());
  }

  /** What is made of a picture of this size. */
  private Fitting fitting(int pictureHeight, int pictureWidth) {
    return resize.fitting(pictureHeight, pictureWidth, height(), width());
  }

  /**
   * Fits and normalises a picture.
   *
   * @param into receives {@code (H, W, C)} floats at its position, which moves on
   */
  public void apply(Picture picture, FloatBuffer into) {
    normalize(fit(picture), into);
  }

  private void normalize(Picture fitted, FloatBuffer into) {
    requireRoom(into);
    float[] table = feed(255).table();
    byte[] pixels = fitted.pixels();
    int channels = channels();
    for (int i = 0; i < pixels.length; i++) {
      into.put(table[i % channels * 256 + (pixels[i] & 255)]);
    }
  }

  /**
   * Reads, fits and normalises a picture file.
   *
   * @param into receives {@code (H, W, C)} floats at its position, which moves on
   * @throws InvalidDataException if it cannot be, for whatever reason
   */
  public void apply(Path file, FloatBuffer into) throws IOException {
    normalize(fit(file), into);
  }

  /** Reads a picture file and fits it. */
  public Picture fit(Path file) throws IOException {
    return fit(file.toString(), PictureDecoder.readBytes(file));
  }

  /**
   * Decodes a picture and fits it.
   *
   * @param name of the picture, for errors
   * @param file its encoded bytes
   * @throws InvalidDataException if it cannot be, for whatever reason
   */
  public Picture fit(String name, byte[] file) throws IOException {
    try {
      return isPicture() && resize.policy() != Resize.Policy.NONE
          ? fit(PictureDecoder.part(name, file, decoding, this::fitting))
          : fit(Picture.decode(name, file, decoding));
    } catch (IllegalArgumentException e) {
      throw new InvalidDataException(name + ": " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new InvalidDataException(
          name + ": the heap is full (" + e.getMessage() + "); " + PictureDecoder.MORE_HEAP, e);
    }
  }

  /**
   * Normalises a vector.
   *
   * @param vector {@code (F)}
   * @param into receives its values at its position, which moves on
   */
  public void apply(float[] vector, FloatBuffer into) {
    if (isPicture() || vector.length != mean.length) {
      throw new IllegalArgumentException(
          "a vector of " + vector.length + " values for an input of " + inputShape);
    }
    requireRoom(into);
    for (int f = 0; f < vector.length; f++) {
      into.put((vector[f] - mean[f]) / std[f]);
    }
  }

  private void requireRoom(FloatBuffer into) {
    if (into.remaining() < inputShape.elements()) {
      throw new IllegalArgumentException(
          ("an example of %s has %s values, the buffer has room for %s; is this"
                  + " preprocessing that of the network?")
              .formatted(inputShape, inputShape.elements(), into.remaining()));
    }
  }

  /**
   * How a session is fed with pictures that are fitted but not normalised.
   *
   * @param maxValue the byte of full intensity
   */
  public Feed feed(int maxValue) {
    if (!isPicture()) {
      return Feed.FLOATS;
    }
    int range = values.range();
    return maxValue % range == 0
        ? Feed.bytes(maxValue / range, mean, std)
        : Feed.bytes(maxValue, divided(mean, range), divided(std, range));
  }

  private static float[] divided(float[] numbers, int divisor) {
    float[] quotients = numbers.clone();
    for (int i = 0; i < quotients.length; i++) {
      quotients[i] /= divisor;
    }
    return quotients;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preprocessing that
        && inputShape.equals(that.inputShape)
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std)
        && resize.equals(that.resize)
        && decoding.equals(that.decoding)
        && values.equals(that.values);
  }

  @Override
  public int hashCode() {
    return toMap().hashCode();
  }

  @Override
  public String toString() {
    return "Preprocessing" + toMap();
  }

  /**
   * What the numbers of a pixel mean to a network.
   *
   * @param colors which they are and in what order
   * @param range the number of full intensity: 1 for pictures on a scale of 0 to 1, 255 for bytes
   */
  public record Values(Colors colors, int range) {
    /** Red, green, blue on a scale of 0 to 1; grey where the input has one channel. */
    public static final Values USUAL = new Values(Colors.RGB, 1);

    /** The colours of an input of three channels; one of one channel is grey with any of them. */
    public enum Colors {
      RGB,
      /** Blue first, as OpenCV and Caffe have it. */
      BGR,
      /** The grey of the picture, three times. */
      GRAY;

      /** The picture with these colours, in their order. */
      public Picture of(Picture picture, int channels) {
        return switch (this) {
          case RGB -> picture.withChannels(channels);
          case BGR -> picture.withChannels(channels).reversed();
          case GRAY -> picture.withChannels(1).withChannels(channels);
        };
      }
    }

    public Values {
      Objects.requireNonNull(colors, "colors");
      if (range < 1 || range > 255) {
        throw new IllegalArgumentException(
            "range " + range + ": full intensity is 1 to 255, mostly 1 or 255");
      }
    }

    public Values withColors(Colors other) {
      return new Values(other, range);
    }

    public Values withRange(int other) {
      return new Values(colors, other);
    }
  }
}
