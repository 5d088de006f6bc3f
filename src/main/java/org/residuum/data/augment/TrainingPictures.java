package org.residuum.data.augment;

import java.io.IOException;
import java.util.Optional;
import org.residuum.data.Augmentation;
import org.residuum.data.ImageDataset;
import org.residuum.data.Picture;
import org.residuum.data.PictureChange;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.prepare.AffineMap;
import org.residuum.data.prepare.Fitting;
import org.residuum.data.prepare.Originals;
import org.residuum.data.prepare.PicturePart;
import org.residuum.data.prepare.Resampling;
import org.residuum.network.Shape;

/**
 * The pictures of a data set with all changes of an {@link Augmentation}, as bytes of which 255 is
 * full intensity. One a thread, because it owns the memory that it works in.
 */
public final class TrainingPictures {
  private static final int FULL = 255;

  /** The streams of {@link Draws}; those up to 8 are taken by cropping, flipping, distorting. */
  private static final int RESIZED_CROP = 16;

  private static final int RAND_AUGMENT = 17;
  private static final int JITTER = 18;
  private static final int ERASE = 19;

  private final ImageDataset images;
  private final Augmentation augmentation;
  private final Preprocessing preprocessing;
  private final Canvas canvas;
  private final Warp warp;
  private final float[] warped;

  /**
   * @param preprocessing gives the filter of resized crops, the mean colour, and the colours that
   *     the network takes
   */
  public TrainingPictures(
      ImageDataset images, Augmentation augmentation, Preprocessing preprocessing) {
    this.images = images;
    this.augmentation = augmentation;
    this.preprocessing = preprocessing;
    Shape shape = images.exampleShape();
    canvas = new Canvas(shape.extent(1), shape.extent(2), shape.extent(0));
    boolean distorts = !augmentation.distortion().equals(Augmentation.Distortion.NONE);
    warped = distorts ? new float[canvas.pixels.length] : null;
    warp = distorts ? new Warp(canvas.height, canvas.width, canvas.channels, bytes()) : null;
  }

  private float[] bytes() {
    float[] table = new float[canvas.channels * (FULL + 1)];
    for (int i = 0; i < table.length; i++) {
      table[i] = i & FULL;
    }
    return table;
  }

  /**
   * A picture as a network is to see it: its colours in the network's order.
   *
   * @param bits decide what is drawn
   * @return {@code (H, W, C)}; they hold until the next call
   */
  public byte[] read(int index, long bits) throws IOException {
    byte[] pixels = inOrder(preprocessing.values().colors(), changed(index, bits)).pixels();
    erase(pixels, preprocessing.channels(), meanColour(), bits);
    return pixels;
  }

  /** The same for the eye, RGB or grey; a copy. */
  public Picture picture(int index, long bits) throws IOException {
    Picture picture = changed(index, bits);
    byte[] pixels = picture.pixels().clone();
    boolean reversed = preprocessing.values().colors() == Preprocessing.Values.Colors.BGR;
    byte[] mean = meanColour();
    erase(
        pixels,
        picture.channels(),
        reversed && mean.length == 3 ? new byte[] {mean[2], mean[1], mean[0]} : mean,
        bits);
    return new Picture(picture.height(), picture.width(), picture.channels(), pixels);
  }

  private Picture inOrder(Preprocessing.Values.Colors colors, Picture picture) {
    return colors == Preprocessing.Values.Colors.RGB
        ? picture
        : colors.of(picture, preprocessing.channels());
  }

  /** All but erased. */
  private Picture changed(int index, long bits) throws IOException {
    Optional<PictureChange.ResizedCrop> crop = augmentation.change(PictureChange.ResizedCrop.class);
    if (crop.isPresent()) {
      resizedCrop(index, crop.get(), bits);
    } else {
      images.read(index, canvas.pixels);
      scaleToFull();
    }
    move(bits);
    augmentation
        .change(PictureChange.RandAugment.class)
        .ifPresent(change -> randAugment(canvas, change, Draws.of(bits, RAND_AUGMENT)));
    augmentation
        .change(PictureChange.ColorJitter.class)
        .ifPresent(change -> jitter(canvas, change, Draws.of(bits, JITTER)));
    return canvas.picture();
  }

  private void scaleToFull() {
    int full = images.maxValue();
    for (int i = 0; full != FULL && i < canvas.pixels.length; i++) {
      canvas.pixels[i] = (byte) Math.round((canvas.pixels[i] & 255) * (float) FULL / full);
    }
  }

  private void resizedCrop(int index, PictureChange.ResizedCrop limits, long bits)
      throws IOException {
    Fitting.Rule rule =
        (height, width) -> {
          Boxes.Box box = Boxes.crop(height, width, limits, Draws.of(bits, RESIZED_CROP));
          return new Fitting(
              new Resampling.Span(height, box.top(), box.height()),
              new Resampling.Span(width, box.left(), box.width()),
              Resize.Filter.BOX);
        };
    Picture part;
    if (images instanceof Originals originals) {
      part = originals.original(index, rule);
    } else {
      images.read(index, canvas.pixels);
      scaleToFull();
      part = rule.of(canvas.height, canvas.width).of(PicturePart.whole(canvas.picture()));
    }
    byte[] resized =
        part.resized(canvas.height, canvas.width, preprocessing.resize().filter()).pixels();
    System.arraycopy(resized, 0, canvas.pixels, 0, resized.length);
  }

  private void move(long bits) {
    int down = augmentation.offsetY(bits) - augmentation.padAndCrop();
    int right = augmentation.offsetX(bits) - augmentation.padAndCrop();
    boolean flip = augmentation.flips(bits);
    if (warp == null) {
      Moves.cropAndFlip(canvas, down, right, flip);
      return;
    }
    AffineMap map = AffineMap.draw(augmentation.distortion(), bits);
    warp.draw(canvas.pixels, down, right, flip, map, warped);
    for (int i = 0; i < warped.length; i++) {
      canvas.pixels[i] = (byte) (warped[i] + 0.5f);
    }
  }

  static void randAugment(Canvas canvas, PictureChange.RandAugment change, Draws draws) {
    Operation[] known = Operation.values();
    for (int i = 0; i < change.operations(); i++) {
      Operation operation = known[draws.below(known.length)];
      boolean negative = operation.isSigned() && draws.below(2) == 1;
      operation.apply(canvas, change.magnitude(), negative);
    }
  }

  /** What has no strength is not drawn, and takes no random number. */
  static void jitter(Canvas canvas, PictureChange.ColorJitter change, Draws draws) {
    int[] order = draws.order(4);
    double brightness = factor(change.brightness(), draws);
    double contrast = factor(change.contrast(), draws);
    double saturation = factor(change.saturation(), draws);
    double hue = change.hue() > 0 ? draws.between(-change.hue(), change.hue()) : 0;
    for (int which : order) {
      if (which == 0 && change.brightness() > 0) {
        Tones.brightness(canvas, brightness);
      } else if (which == 1 && change.contrast() > 0) {
        Tones.contrast(canvas, contrast);
      } else if (which == 2 && change.saturation() > 0) {
        Colors.saturation(canvas, saturation);
      } else if (which == 3 && change.hue() > 0) {
        Colors.hue(canvas, hue);
      }
    }
  }

  private static double factor(double strength, Draws draws) {
    return strength > 0 ? draws.between(Math.max(0, 1 - strength), 1 + strength) : 1;
  }

  private void erase(byte[] pixels, int channels, byte[] mean, long bits) {
    augmentation
        .change(PictureChange.Erasing.class)
        .ifPresent(
            change -> {
              Draws draws = Draws.of(bits, ERASE);
              boolean black = change.fill() == PictureChange.Erasing.Fill.BLACK;
              if (draws.unit() < change.probability()) {
                fill(
                    pixels,
                    Boxes.erased(canvas.height, canvas.width, change, draws),
                    black ? new byte[channels] : mean);
              }
            });
  }

  private void fill(byte[] pixels, Boxes.Box box, byte[] colour) {
    for (int y = box.top(); y < box.top() + box.height(); y++) {
      int start = (y * canvas.width + box.left()) * colour.length;
      for (int i = 0; i < box.width() * colour.length; i++) {
        pixels[start + i] = colour[i % colour.length];
      }
    }
  }

  /** In the network's order, to the nearest byte. */
  private byte[] meanColour() {
    float[] mean = preprocessing.mean();
    byte[] colour = new byte[mean.length];
    for (int c = 0; c < colour.length; c++) {
      long level = Math.round((double) mean[c] * FULL / preprocessing.values().range());
      colour[c] = (byte) Math.max(0, Math.min(FULL, level));
    }
    return colour;
  }
}
