package org.residuum.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.residuum.Classifier;
import org.residuum.Examples;
import org.residuum.Model;
import org.residuum.backend.Backend;
import org.residuum.backend.Plan;
import org.residuum.cli.option.BatchOption;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.Failures;
import org.residuum.cli.text.Progress;
import org.residuum.data.InvalidDataException;
import org.residuum.data.Picture;
import org.residuum.data.Preprocessing;
import org.residuum.data.input.PictureInput;
import org.residuum.data.input.PictureInputs;
import org.residuum.train.Evaluation;
import org.residuum.train.loop.Scores;

/** Measures a network on the labelled pictures of sources, as they come. */
final class SourceEvaluation {
  private static final int TOP = 5;

  private final Console console;
  private final Model model;
  private final Preprocessing preprocessing;
  private final Failures failures;
  private final boolean failFast;
  private final List<String> classes;
  private final Map<String, Integer> indices = new HashMap<>();

  /** The names of the surest mistakes, by the numbers of their examples. */
  private final Map<Integer, String> names = new HashMap<>();

  /**
   * @param failures hears of pictures that have no label or cannot be read
   * @param failFast whether the first of them ends all
   */
  SourceEvaluation(
      Console console,
      Model model,
      Preprocessing preprocessing,
      Failures failures,
      boolean failFast) {
    this.console = console;
    this.model = model;
    this.preprocessing = preprocessing;
    this.failures = failures;
    this.failFast = failFast;
    List<String> numbers =
        IntStream.range(0, Scores.classes(model.network())).mapToObj(String::valueOf).toList();
    this.classes = model.labels().isEmpty() ? numbers : model.labels();
    numbers.forEach(number -> indices.put(number, Integer.valueOf(number)));
    IntStream.range(0, classes.size()).forEach(i -> indices.put(classes.get(i), i));
  }

  /** Measures over all pictures. */
  Evaluation run(Backend backend, PictureInputs inputs, int batch, int threads) throws IOException {
    long total = inputs.count().orElse(Long.MAX_VALUE);
    Examples<PictureInput> examples = Examples.ofPictures(preprocessing, this::read);
    int most = (int) Math.max(1, Math.min(total, Integer.MAX_VALUE));
    long start = System.nanoTime();
    try (Plan plan =
            backend.compile(
                model.network(),
                model.parameters(),
                examples.fed(model.network(), BatchOption.options(batch, most)));
        Classifier classifier = new Classifier(plan, classes);
        Progress bar = console.progress("evaluating", total == Long.MAX_VALUE ? 0 : total)) {
      Tally tally = new Tally(bar);
      classifier.outputsAll(iterator(inputs), examples, threads, tally);
      return tally.evaluation((System.nanoTime() - start) / 1e9);
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** The name of an example that is among the surest mistakes. */
  String name(int index) {
    return names.get(index);
  }

  /** A picture whose label is none of the classes is not decoded. */
  private Picture read(PictureInput input) throws IOException {
    try {
      index(input);
    } catch (InvalidDataException e) {
      input.release();
      throw e;
    }
    return preprocessing.fit(input.name(), input.bytes());
  }

  private int index(PictureInput input) throws InvalidDataException {
    Optional<String> label = input.label();
    if (label.isEmpty()) {
      throw new InvalidDataException(
          input.name()
              + ": it has no label; put it into a folder of its class's name, or give --label-map");
    }
    Integer index = indices.get(label.get());
    if (index == null) {
      throw new InvalidDataException(
          "%s: its label '%s' is no class of the model, which has %s%s"
              .formatted(
                  input.name(),
                  label.get(),
                  classes.size() > 1
                      ? classes.get(0) + " to " + classes.get(classes.size() - 1)
                      : classes.get(0),
                  model.labels().isEmpty() ? "; name its classes with --labels" : ""));
    }
    return index;
  }

  private static Iterator<PictureInput> iterator(PictureInputs inputs) {
    return new Iterator<>() {
      private PictureInput next;

      @Override
      public boolean hasNext() {
        try {
          next = next == null ? inputs.next() : next;
          return next != null;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }

      @Override
      public PictureInput next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        PictureInput given = next;
        next = null;
        return given;
      }
    };
  }

  /** The sums so far. */
  private final class Tally implements Classifier.ItemSink<PictureInput, float[]> {
    private final Progress bar;
    private final Evaluation.ConfusionMatrix confusion = new Evaluation.ConfusionMatrix(classes);
    private final Evaluation.Calibration calibration = new Evaluation.Calibration();
    private final Function<float[], Scores> scoresOf = Scores.ofRows(model.network());
    private int examples;
    private int unreadable;
    private int right;
    private int top5;
    private double loss;

    Tally(Progress bar) {
      this.bar = bar;
    }

    @Override
    public void result(PictureInput input, float[] output) throws IOException {
      Scores scores = scoresOf.apply(output);
      int label = index(input);
      int rank = scores.rank(0, label);
      examples++;
      right += rank == 0 ? 1 : 0;
      top5 += rank < TOP ? 1 : 0;
      loss += scores.crossEntropy(0, label);
      int likeliest = scores.argmax(0);
      confusion.add(label, likeliest);
      double[] of = scores.probabilities(0, likeliest, label);
      if (calibration.add(new Evaluation.Answer(examples, label, likeliest, of[0], of[1]))) {
        names.put(examples, input.name());
      }
      bar.at(examples + unreadable);
    }

    @Override
    public void failed(PictureInput input, IOException cause) throws IOException {
      if (String.valueOf(cause.getMessage()).endsWith(Scores.NOT_FINITE)) {
        examples++;
        confusion.addNotFinite(index(input));
      } else if (failFast) {
        throw cause;
      } else {
        unreadable++;
      }
      failures.add(input.name(), cause);
      bar.at(examples + unreadable);
    }

    @Override
    public void flush() throws IOException {
      failures.flush();
    }

    Evaluation evaluation(double seconds) {
      double n = examples;
      double meanLoss = loss / (examples - confusion.notFinite());
      return new Evaluation(
          examples, meanLoss, right / n, top5 / n, confusion, calibration, seconds);
    }
  }
}
