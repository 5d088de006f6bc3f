package org.residuum.report;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.residuum.backend.UpdateRule;
import org.residuum.data.Augmentation;
import org.residuum.data.Mixing;
import org.residuum.data.PictureChange;
import org.residuum.text.Units;
import org.residuum.train.Balance;
import org.residuum.train.FineTuning;
import org.residuum.train.Schedule;
import org.residuum.train.TrainingOptions;

/** Training options in words. */
public final class OptionsText {
  private OptionsText() {}

  /** For example {@code 3 epochs, batch 128, sgd (momentum 0.9, ...), one-cycle up to 0.1, ...}. */
  public static String of(TrainingOptions options) {
    return String.format(
        Locale.ROOT,
        "%s, batch %s, %s, %s%s%s, %s%s%s%s%s, seed %d",
        Units.count(options.epochs(), "epoch"),
        batch(options),
        of(options.rule()),
        of(options.schedule(), options.epochs()),
        options.labelSmoothing() == 0
            ? ""
            : ", label smoothing " + number(options.labelSmoothing()),
        options.maxGradientNorm() == 0
            ? ""
            : ", gradients clipped at norm " + number(options.maxGradientNorm()),
        of(options.augmentation())
            + of(options.mixing())
            + of(options.balance())
            + of(options.fineTuning()),
        options.averagedEpochs() < 2
            ? ""
            : ", average of the last " + options.averagedEpochs() + " epochs",
        options.loop().ema() == 0
            ? ""
            : ", running mean of the weights (decay " + number(options.loop().ema()) + ")",
        options.recompute() ? ", activations recomputed" : "",
        of(options.validating()),
        options.seed());
  }

  private static String batch(TrainingOptions options) {
    int batches = options.loop().accumulate();
    return batches == 1
        ? String.valueOf(options.batch())
        : options.batch() + " (a step: " + batches + ")";
  }

  /** What decides a training's result, by the option that says it; "" for none of it. */
  public static Map<String, String> byOption(TrainingOptions options) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("--epochs", String.valueOf(options.epochs()));
    texts.put("--batch", String.valueOf(options.batch()));
    texts.put("--optimizer", options.rule().toString());
    texts.put("--schedule", options.schedule().toString());
    texts.put("--clip", number(options.maxGradientNorm()));
    texts.put("--label-smoothing", number(options.labelSmoothing()));
    texts.put("--accumulate", String.valueOf(options.loop().accumulate()));
    texts.put("--ema", number(options.loop().ema()));
    texts.put("--average", number(options.averagedShare()));
    texts.put("--augment", of(options.augmentation()));
    texts.put("--mixup", number(options.mixing().mixup()));
    texts.put("--cutmix", number(options.mixing().cutmix()));
    texts.put("--mix-prob", number(options.mixing().probability()));
    boolean ofLabels = options.balance().ofLabels();
    texts.put("--class-weights", ofLabels ? "none" : weights(options.balance()));
    texts.put("--pos-weight", ofLabels ? weights(options.balance()) : "none");
    texts.put("--sample", options.balance().balancedSampling() ? "balanced" : "shuffled");
    texts.put("--metric", options.validating().metric().toString());
    texts.put("--early-stop", String.valueOf(options.validating().patience()));
    texts.put("--keep", options.validating().keepsBest() ? "best" : "last");
    texts.put("--seed", String.valueOf(options.seed()));
    FineTuning tuning = options.fineTuning();
    texts.put("--freeze", String.join(",", tuning.freeze()));
    texts.put("--unfreeze", joined(tuning.unfreeze()));
    texts.put("--rate-of", joined(tuning.rates()));
    texts.put("--freeze-norms", tuning.freezeNorms() ? "given" : "");
    return texts;
  }

  private static String of(Mixing mixing) {
    String share =
        mixing.probability() < 1 ? " with probability " + number(mixing.probability()) : "";
    return (mixing.mixup() > 0 ? ", mixup " + number(mixing.mixup()) : "")
        + (mixing.cutmix() > 0 ? ", cutmix " + number(mixing.cutmix()) : "")
        + (mixing.isOn() ? share : "");
  }

  private static String of(Balance balance) {
    String of = balance.ofLabels() ? ", weights of labels " : ", class weights ";
    return (balance.weighs() ? of + weights(balance) : "")
        + (balance.balancedSampling() ? ", as many examples of each class" : "");
  }

  private static String weights(Balance balance) {
    String given = balance.weights().isEmpty() ? "none" : joined(balance.weights());
    return balance.balancedWeights() ? "balanced" : given;
  }

  private static String of(FineTuning tuning) {
    return (tuning.freeze().isEmpty() ? "" : ", frozen " + String.join(",", tuning.freeze()))
        + (tuning.unfreeze().isEmpty() ? "" : ", trained from epoch " + joined(tuning.unfreeze()))
        + (tuning.rates().isEmpty() ? "" : ", rate of " + joined(tuning.rates()))
        + (tuning.freezeNorms() ? ", batch norms frozen" : "");
  }

  private static String joined(Map<String, ?> numbers) {
    return numbers.entrySet().stream()
        .map(
            entry ->
                entry.getKey()
                    + "="
                    + (entry.getValue() instanceof Double factor
                        ? number(factor)
                        : entry.getValue()))
        .collect(Collectors.joining(","));
  }

  private static String of(TrainingOptions.Validating validating) {
    String metric = "validation " + validating.metric();
    String stop =
        validating.patience() == 0
            ? ""
            : ", until "
                + Units.count(validating.patience(), "epoch")
                + " brought no better "
                + metric;
    return validating.keepsBest() ? stop + ", keeps the epoch of the best " + metric : stop;
  }

  private static String of(UpdateRule rule) {
    String decay =
        "weight decay " + number(rule.weightDecay()) + (rule.decayAll() ? " of everything" : "");
    if (rule instanceof UpdateRule.Sgd sgd) {
      return String.format(
          Locale.ROOT,
          "sgd (momentum %s%s, %s)",
          number(sgd.momentum()),
          sgd.nesterov() ? ", Nesterov" : "",
          decay);
    }
    return "adamw (" + decay + ")";
  }

  private static String of(Schedule schedule, int epochs) {
    if (schedule instanceof Schedule.Warmup warmup) {
      double rise = warmup.epochs() < epochs ? warmup.epochs() : epochs / 2.0;
      return of(warmup.then(), epochs)
          + " after "
          + number(rise)
          + (rise == 1 ? " epoch of warm-up" : " epochs of warm-up");
    }
    String rate = number(schedule.peak());
    if (schedule instanceof Schedule.Step step) {
      return "rate "
          + rate
          + ", times "
          + number(step.factor())
          + " at epochs "
          + step.milestones();
    }
    if (schedule instanceof Schedule.Cosine) {
      return "cosine from rate " + rate;
    }
    return schedule instanceof Schedule.OneCycle ? "one cycle up to rate " + rate : "rate " + rate;
  }

  private static String of(Augmentation augmentation) {
    if (augmentation.equals(Augmentation.NONE)) {
      return "no augmentation";
    }
    String crop =
        augmentation.padAndCrop() == 0 ? "" : "pad by " + augmentation.padAndCrop() + " and crop";
    String flip = augmentation.horizontalFlip() ? "flip" : "";
    String distortion =
        augmentation.distortion().equals(Augmentation.Distortion.NONE)
            ? ""
            : of(augmentation.distortion());
    return Stream.concat(
            Stream.of(crop, flip, distortion), augmentation.changes().stream().map(OptionsText::of))
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private static String of(PictureChange change) {
    if (change instanceof PictureChange.ResizedCrop crop) {
      boolean usual = crop.equals(new PictureChange.ResizedCrop(crop.minArea(), crop.maxArea()));
      return "resized crop (area %s to %s%s)"
          .formatted(
              number(crop.minArea()),
              number(crop.maxArea()),
              usual ? "" : ", ratio " + number(crop.minRatio()) + " to " + number(crop.maxRatio()));
    }
    if (change instanceof PictureChange.RandAugment drawn) {
      return "RandAugment ("
          + Units.count(drawn.operations(), "operation")
          + " of magnitude "
          + drawn.magnitude()
          + ")";
    }
    if (change instanceof PictureChange.ColorJitter jitter) {
      return "jitter (brightness %s, contrast %s, saturation %s, hue %s)"
          .formatted(
              number(jitter.brightness()),
              number(jitter.contrast()),
              number(jitter.saturation()),
              number(jitter.hue()));
    }
    PictureChange.Erasing erasing = (PictureChange.Erasing) change;
    return "erase (probability %s, area %s to %s, ratio %s to %s, %s)"
        .formatted(
            number(erasing.probability()),
            number(erasing.minArea()),
            number(erasing.maxArea()),
            number(erasing.minRatio()),
            number(erasing.maxRatio()),
            erasing.fill().toString().toLowerCase(Locale.ROOT));
  }

  private static String of(Augmentation.Distortion distortion) {
    return String.format(
        Locale.ROOT,
        "distort (shift %s, turn %s°, stretch %s, shear %s)",
        number(distortion.shift()),
        number(distortion.turn()),
        number(distortion.stretch()),
        number(distortion.shear()));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? String.valueOf((long) value)
        : String.valueOf(value);
  }
}
