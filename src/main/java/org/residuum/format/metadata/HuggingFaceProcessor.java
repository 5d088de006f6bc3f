package org.residuum.format.metadata;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.residuum.data.Preprocessing;
import org.residuum.data.Preprocessing.Values;
import org.residuum.data.Resize;
import org.residuum.data.Resize.Filter;
import org.residuum.network.Shape;

/**
 * {@code preprocessor_config.json} of Hugging Face's image processors. Crops lie as torchvision's,
 * which the fast processors call; the slow ones are half a pixel off where three pixels of four are
 * cut.
 */
final class HuggingFaceProcessor {
  /** From this size on ConvNext's processor crops no more. */
  private static final int CONVNEXT_SQUASHES = 384;

  private static final double USUAL_CROP = 224 / 256.0;

  /** Processors for which a single number is the shorter side, and not both. */
  private static final List<String> SHORTER_SIDE =
      List.of("CLIP", "ConvNext", "PoolFormer", "MobileNetV", "MobileViT", "Bit");

  /** Steps of some processors, which change what a network sees. */
  private static final List<String> NOT_DONE =
      List.of("do_pad", "do_grayscale", "do_thumbnail", "do_align_long_axis", "do_color_quantize");

  private final Fields fields;
  private final String type;

  HuggingFaceProcessor(Fields fields) {
    this.fields = fields;
    this.type = fields.text("image_processor_type", fields.text("feature_extractor_type", ""));
  }

  static boolean is(Fields config) {
    return Stream.of("image_processor_type", "feature_extractor_type", "image_mean", "do_normalize")
        .anyMatch(config::has);
  }

  /** Height and width of the pictures that it makes; null where they stay as they are. */
  int[] madeSize() {
    if (crops()) {
      return sides("crop_size");
    }
    if (!fields.flag("do_resize", true) || !fields.has("size")) {
      return null;
    }
    int[] size = sides("size");
    if (isShorterSide() && !isConvNext() && !fields.has("crop_pct")) {
      throw fields.invalid("size", "height and width, for nothing is cropped");
    }
    return size;
  }

  private boolean crops() {
    return fields.flag("do_center_crop", false) && fields.has("crop_size");
  }

  private boolean isConvNext() {
    return type.startsWith("ConvNext");
  }

  private boolean isShorterSide() {
    Object size = fields.get("size");
    return size instanceof Map<?, ?> map
        ? map.containsKey("shortest_edge")
        : SHORTER_SIDE.stream().anyMatch(type::startsWith);
  }

  /** Height and width; a single number or shorter side is both. */
  private int[] sides(String key) {
    Object value = fields.get(key);
    if (value instanceof Double) {
      return new int[] {fields.pixels(key), fields.pixels(key)};
    }
    if (value instanceof Map<?, ?> map) {
      Fields sides = new Fields(map);
      if (sides.has("height") && sides.has("width")) {
        return new int[] {sides.pixels("height"), sides.pixels("width")};
      }
      if (sides.has("shortest_edge")) {
        if (sides.has("longest_edge")) {
          throw sides.invalid("longest_edge", "none: the longer side is not bounded here");
        }
        return new int[] {sides.pixels("shortest_edge"), sides.pixels("shortest_edge")};
      }
    }
    throw fields.invalid(key, "a number of pixels, height and width, or shortest_edge");
  }

  Preprocessing preprocessing(Shape input) {
    for (String step : NOT_DONE) {
      if (fields.flag(step, false)) {
        throw fields.invalid(step, "false: that is not done here");
      }
    }
    int[] made = madeSize();
    if (made != null && (made[0] != input.extent(1) || made[1] != input.extent(2))) {
      throw new IllegalArgumentException(
          "it makes pictures of %s × %s, the network takes %s".formatted(made[0], made[1], input));
    }
    Preprocessing scaled = scaled(input);
    boolean bgr = fields.flag("do_flip_channel_order", false);
    return bgr ? scaled.withValues(scaled.values().withColors(Values.Colors.BGR)) : scaled;
  }

  private Resize resize() {
    if (!fields.flag("do_resize", true) || !fields.has("size")) {
      if (crops()) {
        throw fields.invalid("do_resize", "true where do_center_crop is: crops alone are not done");
      }
      return Resize.none();
    }
    int[] size = sides("size");
    Resize resize;
    if (!isShorterSide()) {
      resize = crops() ? Resize.squash(size[0], size[1]) : Resize.squash();
    } else if (isConvNext() && size[0] >= CONVNEXT_SQUASHES) {
      resize = Resize.squash();
    } else if (isConvNext() || fields.has("crop_pct")) {
      resize = Resize.crop((int) (size[0] / fields.number("crop_pct", USUAL_CROP)));
    } else {
      resize = Resize.crop(size[0]);
    }
    return resize.withFilter(Filters.of(fields, "resample", Filter.BILINEAR));
  }

  /** The network sees (byte · factor - offset - mean) / std. */
  private Preprocessing scaled(Shape input) {
    int channels = input.extent(0);
    boolean rescales = fields.flag("do_rescale", true);
    double full = rescales ? 255 * fields.number("rescale_factor", 1 / 255.0) : 255;
    int range = (int) Math.rint(full);
    if (range < 1 || range > 255 || Math.abs(full - range) > 1e-3) {
      throw fields.invalid("rescale_factor", "1/255, 1/127.5 or another that makes 255 a whole");
    }
    float[] mean = new float[channels];
    float[] std = new float[channels];
    Arrays.fill(std, 1);
    if (fields.flag("do_normalize", fields.has("image_mean"))) {
      mean = required("image_mean", channels);
      std = required("image_std", channels);
    }
    if (rescales && fields.flag("rescale_offset", false)) {
      for (int c = 0; c < channels; c++) {
        mean[c] += 1;
      }
    }
    return new Preprocessing(input, mean, std, resize()).withValues(Values.USUAL.withRange(range));
  }

  private float[] required(String key, int channels) {
    float[] numbers = fields.channels(key, channels);
    if (numbers == null) {
      throw fields.invalid(key, "a number a channel");
    }
    return numbers;
  }
}
