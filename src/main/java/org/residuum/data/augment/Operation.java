package org.residuum.data.augment;

import java.util.function.ObjDoubleConsumer;
import org.residuum.data.PictureChange;

/** What RandAugment draws from: torchvision's 14 operations, in its order. */
enum Operation {
  IDENTITY(false, 0, 0, (canvas, nothing) -> {}),
  SHEAR_X(true, 0, 0.3f, Moves::shearX),
  SHEAR_Y(true, 0, 0.3f, Moves::shearY),
  TRANSLATE_X(true, 0, 0, (canvas, share) -> Moves.translateX(canvas, (int) share)),
  TRANSLATE_Y(true, 0, 0, (canvas, share) -> Moves.translateY(canvas, (int) share)),
  ROTATE(true, 0, 30, Moves::rotate),
  BRIGHTNESS(true, 0, 0.9f, (canvas, change) -> Tones.brightness(canvas, 1 + change)),
  COLOR(true, 0, 0.9f, (canvas, change) -> Colors.saturation(canvas, 1 + change)),
  CONTRAST(true, 0, 0.9f, (canvas, change) -> Tones.contrast(canvas, 1 + change)),
  SHARPNESS(true, 0, 0.9f, (canvas, change) -> Sharpness.adjust(canvas, 1 + change)),
  POSTERIZE(false, 0, 0, (canvas, bits) -> Tones.posterize(canvas, (int) bits)),
  SOLARIZE(false, 255, 0, Tones::solarize),
  AUTO_CONTRAST(false, 0, 0, (canvas, nothing) -> Tones.autoContrast(canvas)),
  EQUALIZE(false, 0, 0, (canvas, nothing) -> Tones.equalize(canvas));

  private static final int STRONGEST = PictureChange.RandAugment.STRONGEST;
  private static final int BITS = 8;
  private static final int BITS_LOST = 4;

  private final boolean signed;
  private final float weakest;
  private final float strongest;
  private final ObjDoubleConsumer<Canvas> change;

  Operation(boolean signed, float weakest, float strongest, ObjDoubleConsumer<Canvas> change) {
    this.signed = signed;
    this.weakest = weakest;
    this.strongest = strongest;
    this.change = change;
  }

  /** Whether its strength may be negative, too. */
  boolean isSigned() {
    return signed;
  }

  void apply(Canvas canvas, int magnitude, boolean negative) {
    double strength = strength(canvas, magnitude);
    change.accept(canvas, negative ? -strength : strength);
  }

  /** In single precision, as torchvision's tables of 31 magnitudes. */
  private double strength(Canvas canvas, int magnitude) {
    return switch (this) {
      case POSTERIZE -> BITS - Math.rint((double) magnitude * BITS_LOST / STRONGEST);
      case TRANSLATE_X -> at(magnitude, (float) (150.0 / 331.0 * canvas.width));
      case TRANSLATE_Y -> at(magnitude, (float) (150.0 / 331.0 * canvas.height));
      default -> at(magnitude, strongest);
    };
  }

  /** Even steps, counted from the nearer end. */
  private float at(int magnitude, float end) {
    float step = (end - weakest) / STRONGEST;
    return magnitude < STRONGEST / 2
        ? weakest + step * magnitude
        : end - step * (STRONGEST - magnitude);
  }
}
