package org.residuum.cli.option;

import picocli.CommandLine.Option;

/** What a batch is made of: pictures mixed in pairs, classes that count more than others. */
public final class MixingFlags {
  @Option(
      names = "--mixup",
      paramLabel = "ALPHA",
      description =
          "Mix the examples of a batch in pairs, pictures and classes alike, by a share that is"
              + " drawn from Beta(ALPHA, ALPHA), such as 0.2; 0 for not (default).")
  private Double mixup;

  @Option(
      names = "--cutmix",
      paramLabel = "ALPHA",
      description =
          "The same by a box cut out of the other picture, such as 1. With --mixup, too, one of"
              + " both is drawn for each batch.")
  private Double cutmix;

  @Option(
      names = "--mix-prob",
      paramLabel = "P",
      description = "With which probability a batch is mixed (default: 1).")
  private Double probability;

  @Option(
      names = "--class-weights",
      paramLabel = "balanced|NAME=W,...",
      description =
          "What an example of a class weighs in the loss: balanced, so that all classes count"
              + " alike, or numbers by class, 1 for those not named (a name with a comma in double"
              + " quotes, as in CSV); none (default).")
  private String weights;

  @Option(
      names = "--pos-weight",
      paramLabel = "balanced|NAME=W,...",
      description =
          "Of --task multilabel: how often a label counts in the loss where an example has it:"
              + " balanced, examples without it / examples with it, or numbers by label, 1 for"
              + " those not named; none (default).")
  private String positives;

  @Option(
      names = "--sample",
      paramLabel = "balanced|shuffled",
      description =
          "Which examples make up an epoch: balanced, as many of each class, or shuffled, each"
              + " once (default).")
  private String sample;
}
