package org.residuum.job.history;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.format.tensorboard.EventFile;
import org.residuum.train.Evaluation;
import org.residuum.train.TaskFigures;
import org.residuum.train.TrainingListener.TrainingStep;
import org.residuum.train.TrainingResult;

/**
 * A training in TensorBoard's files: {@code step/…} of each step, {@code epoch/…}, {@code
 * gradient_norm/…} and {@code weight_norm/…} of each epoch, all by the number of steps before.
 */
final class EventLog implements AutoCloseable {
  /** The settings are within the first bytes of a file. */
  private static final int START = 1 << 16;

  private final EventFile events;
  private long step;

  /**
   * A new file.
   *
   * @param steps that are done
   * @param model where the training's model goes
   */
  EventLog(Path folder, long steps, Path model, Map<String, String> settings) throws IOException {
    Instant now = Instant.now();
    step = steps;
    events = EventFile.create(folder, steps + 1, now);
    StringBuilder table = new StringBuilder("| setting | value |\n|---|---|\n").append(row(model));
    settings.forEach((name, value) -> table.append(row(name, value)));
    events.text(steps + 1, "settings", table.toString(), now);
    events.flush(now);
  }

  private static String row(String name, String value) {
    return "| %s | %s |\n".formatted(name, value.replace("|", "\\|"));
  }

  private static String row(Path model) {
    return row("folder", model.toAbsolutePath().normalize().toString());
  }

  /** Whether a file was written by a training of a model, or has nothing in it yet. */
  static boolean isOf(Path file, Path model) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(START);
      return start.length == 0 || new String(start, StandardCharsets.UTF_8).contains(row(model));
    }
  }

  void step(TrainingStep done) throws IOException {
    step = (done.epoch() - 1L) * done.steps() + done.step();
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("step/loss", done.loss());
    values.put("step/learning_rate", done.learningRate());
    values.put("step/gradient_norm", done.gradientNorm());
    values.put("step/images_per_second", done.imagesPerSecond());
    events.scalars(step, values, Instant.now());
  }

  void epoch(Map<String, Object> figures, TrainingResult.EpochResult result) throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    figures.forEach(
        (name, value) -> {
          if (value instanceof Double number && Double.isFinite(number)) {
            values.put("epoch/" + name, number);
          }
        });
    for (TrainingResult.ParameterNorm norm : result.gradients().last()) {
      values.put("gradient_norm/" + norm.name(), norm.gradient());
      values.put("weight_norm/" + norm.name(), norm.weight());
    }
    add(values);
  }

  /** What the test part showed at the end. */
  void tested(Evaluation test) throws IOException {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("test/loss", test.loss());
    test.figures()
        .map(TaskFigures::values)
        .orElse(Map.of("accuracy", test.top1()))
        .forEach((name, value) -> values.put("test/" + name, value));
    add(values);
  }

  private void add(Map<String, Double> values) throws IOException {
    events.scalars(step, values, Instant.now());
    flush();
  }

  void flush() throws IOException {
    events.flush(Instant.now());
  }

  @Override
  public void close() throws IOException {
    events.close();
  }
}
