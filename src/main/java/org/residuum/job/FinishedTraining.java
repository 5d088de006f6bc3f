package org.residuum.job;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.residuum.format.folder.SavedModel;
import org.residuum.report.EpochPoint;
import org.residuum.report.TrainingCurves;
import org.residuum.report.TrainingReport;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingOptions;

/** A training at its end. A kill may have come between its model and its report. */
public final class FinishedTraining {
  private final TrainingJob job;
  private final TrainingOptions options;
  private final Path folder;
  private final TrainingCurves curves;

  FinishedTraining(TrainingJob job, TrainingOptions options, Path folder) throws IOException {
    this.job = job;
    this.options = options;
    this.folder = folder;
    curves = job.curves(options);
    Checkpoints.restore(folder, curves);
  }

  /** How many epochs were trained, fewer than the options say where it ended early. */
  public int epochs() throws IOException {
    return Checkpoints.epochs(folder);
  }

  /**
   * Writes the report where there is none, from the course that the model's checkpoint keeps and
   * from the model, which is measured again. Its duration is that of the epochs.
   *
   * @return its file; empty where a report is there, or the checkpoint, of an older version, keeps
   *     no course
   */
  public Optional<Path> writeMissingReport() throws IOException {
    Path file = folder.resolve(TrainingReport.FILE);
    if (Files.exists(file) || curves.epochs().isEmpty()) {
      return Optional.empty();
    }
    SavedModel model = SavedModel.load(folder);
    int epoch = model.training().map(notes -> notes.result().epochs()).orElse(epochs());
    Chosen chosen = new Chosen(epoch, model.parameters(), Evaluation.NONE, Evaluation.NONE);
    double seconds = curves.epochs().stream().mapToDouble(EpochPoint::seconds).sum();
    job.report(options, job.judged(job.measured(chosen, options))).write(curves, seconds, file);
    return Optional.of(file);
  }
}
