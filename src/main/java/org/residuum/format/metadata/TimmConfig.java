package org.residuum.format.metadata;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.data.Preprocessing;
import org.residuum.data.Resize;
import org.residuum.data.Resize.Filter;
import org.residuum.network.Shape;

/**
 * {@code config.json} of a model of timm: {@code pretrained_cfg}, or the same keys at the top as
 * older ones have them. What is missing is as timm's {@code resolve_data_config} has it.
 */
final class TimmConfig {
  private static final double USUAL_CROP = 0.875;
  private static final float[] IMAGENET_MEAN = {0.485f, 0.456f, 0.406f};
  private static final float[] IMAGENET_STD = {0.229f, 0.224f, 0.225f};

  private final Fields fields;
  private final List<Integer> size;

  private TimmConfig(Fields fields) {
    this.fields = fields;
    this.size = fields.extents("input_size");
  }

  static boolean is(Fields config) {
    return config.get("pretrained_cfg") instanceof Map || config.has("input_size");
  }

  static TimmConfig of(Fields config) {
    Map<Object, Object> merged = new LinkedHashMap<>(config.map());
    if (config.get("pretrained_cfg") instanceof Map<?, ?> inner) {
      merged.putAll(inner);
    }
    return new TimmConfig(new Fields(merged));
  }

  /** Height and width that its weights were trained for, or null. */
  int[] trainedSize() {
    return size == null ? null : new int[] {size.get(1), size.get(2)};
  }

  Preprocessing preprocessing(Shape input) {
    int channels = input.extent(0);
    float[] mean = fields.channels("mean", channels);
    float[] std = fields.channels("std", channels);
    if (channels != 3 && (mean == null || std == null)) {
      throw fields.invalid(mean == null ? "mean" : "std", "a number a channel");
    }
    mean = mean == null ? IMAGENET_MEAN : mean;
    std = std == null ? IMAGENET_STD : std;
    return new Preprocessing(input, mean, std, resize(input, mean));
  }

  private Resize resize(Shape input, float[] mean) {
    Filter filter = Filters.of(fields, "interpolation", Filter.BICUBIC);
    String mode = fields.text("crop_mode", "center");
    Resize resize =
        switch (mode) {
          case "center" -> Resize.crop(1);
          case "squash" -> Resize.squash();
          case "border" -> Resize.pad().withFill(color(mean));
          default -> throw fields.invalid("crop_mode", "center, squash or border");
        };
    Resize sized = resize.withFilter(filter).withCropFraction(fraction(input), input);
    // For other than squares timm's ResizeKeepRatio is not told the filter.
    boolean told = !mode.equals("center") || sized.shorterSide() > 0;
    return told ? sized : sized.withFilter(Filter.BILINEAR);
  }

  /** That of the size at which it is tested, if the network has it. */
  private double fraction(Shape input) {
    List<Integer> here = List.of(input.extent(0), input.extent(1), input.extent(2));
    boolean tested = !here.equals(size) && here.equals(fields.extents("test_input_size"));
    String key = tested && fields.has("test_crop_pct") ? "test_crop_pct" : "crop_pct";
    double fraction = fields.number(key, USUAL_CROP);
    if (!(fraction > 0 && fraction <= 1)) {
      throw fields.invalid(key, "a fraction above 0 and at most 1");
    }
    return fraction;
  }

  private static int color(float[] mean) {
    int color = 0;
    for (int c = 0; c < 3; c++) {
      long level = Math.round(255.0 * mean[Math.min(c, mean.length - 1)]);
      color = color << 8 | (int) Math.max(0, Math.min(255, level));
    }
    return color;
  }
}
