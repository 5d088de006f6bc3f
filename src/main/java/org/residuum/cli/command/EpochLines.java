package org.residuum.cli.command;

import org.residuum.cli.text.Console;
import org.residuum.cli.text.Progress;
import org.residuum.report.TrainingCurves;
import org.residuum.text.Units;
import org.residuum.train.TrainingListener;
import org.residuum.train.TrainingOptions;
import org.residuum.train.TrainingResult;

/** Writes a line an epoch, and a bar within each where a person watches. */
final class EpochLines implements TrainingListener, AutoCloseable {
  private final Console console;
  private final TrainingOptions options;
  private final TrainingCurves curves;
  private Progress bar;

  /**
   * Lines for one training.
   *
   * @param curves hears of each step and each epoch
   */
  EpochLines(Console console, TrainingOptions options, TrainingCurves curves) {
    this.console = console;
    this.options = options;
    this.curves = curves;
  }

  @Override
  public void step(TrainingListener.TrainingStep step) {
    curves.add(step);
    if (bar == null) {
      String task = "epoch " + step.epoch() + "/" + options.epochs();
      bar = console.progress(task, (long) step.steps() * options.batch());
    }
    bar.at((long) step.step() * options.batch());
    if (step.step() == step.steps()) {
      close();
    }
  }

  @Override
  public void evaluating(int done, int total) {
    if (bar == null) {
      bar = console.progress("evaluating", total);
    }
    bar.at(done);
  }

  @Override
  public void epochEnd(TrainingResult.EpochResult result) {
    close();
    curves.add(result);
    console.out(
        "epoch %d/%d  loss %s  train %.2f %%  test loss %s  test %.2f %%  lr %s  %,.0f images/s "
            + " %s",
        result.epoch(),
        options.epochs(),
        Units.decimal(result.trainLoss(), 4),
        100 * result.trainAccuracy(),
        Units.decimal(result.test().loss(), 4),
        100 * result.test().top1(),
        Units.decimal(result.learningRate(), 5),
        result.imagesPerSecond(),
        Units.seconds(result.trainSeconds() + result.test().seconds()));
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      bar = null;
    }
  }
}
