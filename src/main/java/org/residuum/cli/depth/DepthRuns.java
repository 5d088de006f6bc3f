package org.residuum.cli.depth;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.residuum.backend.TrainingBackend;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.Interruption;
import org.residuum.cli.text.Progress;
import org.residuum.data.Dataset;
import org.residuum.train.TrainingListener;

/** A study into a folder, which a person watches: a line a training. */
public final class DepthRuns {
  private final Console console;
  private final TrainingBackend backend;
  private final Dataset training;
  private final Dataset test;
  private final Path folder;

  public DepthRuns(
      Console console, TrainingBackend backend, Dataset training, Dataset test, Path folder) {
    this.console = console;
    this.backend = backend;
    this.training = training;
    this.test = test;
    this.folder = folder;
  }

  /**
   * What is compared.
   *
   * @param epochs null for the recipe's
   */
  public record Choice(List<Form> forms, List<Integer> blocks, List<Long> seeds, Integer epochs) {
    /** Shallow ones first, so that a study that is cut short shows something of each form. */
    List<Subject> subjects() {
      List<Subject> subjects = new ArrayList<>();
      for (long seed : seeds) {
        for (int count : blocks.stream().sorted().toList()) {
          for (Form form : forms) {
            subjects.add(new Subject(form, count, true, seed));
            subjects.add(new Subject(form, count, false, seed));
          }
        }
      }
      return subjects;
    }
  }

  /**
   * Trains what the folder has no finding of yet, then writes the page.
   *
   * @throws CommandFailure where it was interrupted, or the folder has findings of other settings
   */
  public void run(Choice choice) throws IOException {
    Files.createDirectories(folder.resolve(DepthPage.PICTURES));
    Findings findings = new Findings(folder.resolve(DepthPage.FINDINGS));
    DepthStudy study = new DepthStudy(backend, training, test, choice.epochs());
    List<Subject> subjects = choice.subjects();
    requireSameSettings(study, findings, subjects);
    try (Interruption interruption =
        new Interruption(console, "this training is given up, those before it stay")) {
      for (int i = 0; i < subjects.size(); i++) {
        Subject subject = subjects.get(i);
        if (findings.of(subject) != null) {
          continue;
        }
        String title = (i + 1) + "/" + subjects.size() + " " + subject;
        Optional<Finding> found = find(study, subject, title, interruption);
        if (found.isEmpty()) {
          throw CommandFailure.interrupted(
              "interrupted; "
                  + findings.all().size()
                  + " trainings are in "
                  + folder
                  + ", go on with the same command");
        }
        findings.add(found.get());
        tell(title, found.get());
      }
    }
    console.out("page      %s", new DepthPage(findings.all()).write(folder));
  }

  private Optional<Finding> find(
      DepthStudy study, Subject subject, String title, Interruption interruption)
      throws IOException {
    try (Bar bar = new Bar(title)) {
      return study.find(subject, bar, interruption::asked);
    }
  }

  private void requireSameSettings(DepthStudy study, Findings findings, List<Subject> subjects) {
    for (Subject subject : subjects) {
      String settings = study.settings(subject);
      for (Finding finding : findings.all()) {
        if (finding.subject().form().equals(subject.form())
            && !finding.settings().equals(settings)) {
          throw CommandFailure.usage(
              "--out "
                  + folder
                  + ": "
                  + finding.subject()
                  + " was trained otherwise ("
                  + finding.settings()
                  + ", not "
                  + settings
                  + "); name another folder");
        }
      }
    }
  }

  private void tell(String title, Finding finding) {
    console.out(
        "%s: test %s, gradient at the first layer %.1e at the start, %.1e after%s",
        title,
        finding.outcome(),
        finding.start().first(),
        finding.trained().first(),
        finding.failure().isEmpty() ? "" : "; " + finding.failure());
  }

  /** Shows how far a training is. */
  private final class Bar implements TrainingListener, AutoCloseable {
    private final String title;
    private Progress progress;
    private int epochs;

    Bar(String title) {
      this.title = title;
    }

    @Override
    public void step(TrainingStep step) {
      if (progress == null) {
        progress = console.progress(title + ", epoch " + (epochs + 1), step.steps());
      }
      progress.at(step.step());
      if (step.step() == step.steps()) {
        close();
        epochs++;
      }
    }

    @Override
    public void close() {
      if (progress != null) {
        progress.close();
        progress = null;
      }
    }
  }
}
