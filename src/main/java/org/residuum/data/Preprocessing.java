package org.residuum.data;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.residuum.backend.Feed;
import org.residuum.data.decode.PictureDecoder;
import org.residuum.data.prepare.Measurement;
import org.residuum.network.Shape;

/**
 * What happens to an example before a network sees it: fit to the input's size and channels, then
 * {@code (value - mean) / std} for each channel. Mean and deviation are on a 0..1 scale for
 * pictures and on the raw scale for vectors.
 *
 * @param inputShape {@code (C, H, W)}, C 1 or 3, for pictures; {@code (F)} for vectors
 * @param mean a value a channel (pictures) or feature (vectors)
 * @param std positive, a value a channel or feature
 * @param resize how a picture of another size is fitted
 * @param decoding how picture files are read; saved with a model is what becomes of their colour
 *     profile
 */
public record Preprocessing(
    Shape inputShape, float[] mean, float[] std, Resize resize, PictureOptions decoding) {
  public Preprocessing {
    PreprocessingText.checkShape(inputShape);
    mean = mean.clone();
    std = std.clone();
    Objects.requireNonNull(decoding, "decoding");
    for (float[] values : new float[][] {mean, std}) {
      if (values.length != inputShape.extent(0)) {
        throw new IllegalArgumentException(
            "mean and std of input %s need %s values each, not %s"
                .formatted(inputShape, inputShape.extent(0), values.length));
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

  /** For picture files that are read as by default. */
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
    return new Preprocessing(example, mean, std, Resize.usual(example), decoding);
  }

  /** The same with another way to fit pictures. */
  public Preprocessing withResize(Resize other) {
    return new Preprocessing(inputShape, mean, std, other, decoding);
  }

  /** The same with another way to read picture files. */
  public Preprocessing withDecoding(PictureOptions other) {
    return new Preprocessing(inputShape, mean, std, resize, other);
  }

  /** Reads what {@link #toMap()} wrote; anything missing, unknown or malformed is refused. */
  public static Preprocessing fromMap(Map<String, String> map) {
    return PreprocessingText.fromMap(map);
  }

  /**
   * As text: the keys {@code input_shape, mean, std, resize}, for a crop {@code shorter_side}, and
   * {@code color_profile} if profiles are applied.
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

  /** Fits a picture to the input's size and channels. */
  public Picture fit(Picture picture) {
    if (!isPicture()) {
      throw new IllegalArgumentException(
          "a picture cannot be the input of a network of vectors " + inputShape);
    }
    Picture sized =
        switch (resize.policy()) {
          case NONE -> picture.requireSize(height(), width());
          case SQUASH -> picture.resized(height(), width());
          case CROP -> picture.shorterSideCenterCrop(resize.shorterSide(), height(), width());
        };
    return sized.withChannels(channels());
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
    return fit(file.toString(), Picture.read(file, decoding));
  }

  /**
   * Decodes a picture and fits it.
   *
   * @param name of the picture, for errors
   * @param file its encoded bytes
   * @throws InvalidDataException if it cannot be, for whatever reason
   */
  public Picture fit(String name, byte[] file) throws IOException {
    return fit(name, Picture.decode(name, file, decoding));
  }

  private Picture fit(String name, Picture picture) throws IOException {
    try {
      return fit(picture);
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
    return isPicture() ? Feed.bytes(maxValue, mean, std) : Feed.FLOATS;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Preprocessing that
        && inputShape.equals(that.inputShape)
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std)
        && resize.equals(that.resize)
        && decoding.equals(that.decoding);
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
   * How a picture of any size becomes the network's input size.
   *
   * @param policy the rule
   * @param shorterSide for {@link Policy#CROP}, the length in pixels that the shorter side is
   *     resized to; otherwise 0
   */
  public record Resize(Policy policy, int shorterSide) {
    private static final int SMALLEST_CROPPED = 128;

    /** The three rules. */
    public enum Policy {
      /** The picture must have the input's size already. */
      NONE,
      /** Both sides are resized to the input's, whatever that does to the proportions. */
      SQUASH,
      /** The shorter side is resized, then the input's size is cut out of the centre. */
      CROP
    }

    public Resize {
      boolean crop = policy == Policy.CROP;
      if (crop ? shorterSide < 1 : shorterSide != 0) {
        throw new IllegalArgumentException(
            "resize %s with shorter side %s: only CROP has a shorter side, of at least 1 pixel"
                .formatted(policy, shorterSide));
      }
    }

    public static Resize none() {
      return new Resize(Policy.NONE, 0);
    }

    public static Resize squash() {
      return new Resize(Policy.SQUASH, 0);
    }

    /**
     * The usual one for examples of a shape: pictures from 128 pixels on are cropped as ImageNet's,
     * the shorter side to 256 for 224 and in proportion; smaller ones are seen whole.
     *
     * @param example (C, H, W) or (F)
     */
    public static Resize usual(Shape example) {
      if (example.rank() != 3
          || Math.min(example.extent(1), example.extent(2)) < SMALLEST_CROPPED) {
        return squash();
      }
      int side = Math.min(example.extent(1), example.extent(2));
      return crop(Math.max(side * 256 / 224, Math.max(example.extent(1), example.extent(2))));
    }

    /** Resizes the shorter side to {@code shorterSide} pixels, then crops the centre. */
    public static Resize crop(int shorterSide) {
      return new Resize(Policy.CROP, shorterSide);
    }
  }
}
