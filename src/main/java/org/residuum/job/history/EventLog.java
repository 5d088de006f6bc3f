package org.residuum.job.history;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.residuum.format.tensorboard.EventFile;
import org.residuum.train.Evaluation;
import org.residuum.train.TrainingListener.TrainingStep;
import org.residuum.train.TrainingResult;

/**
 * A training in TensorBoard's files: {@code step/…} of each step, {@code epoch/…}, {@code
 * gradient_norm/…} and {@code weight_norm/…} of each epoch, all by the number of steps before.
 */
final class EventLog implements AutoCloseable {
  private final EventFile events;
  private long step;

  /**
   * A new file.
   *
   * @param steps that are done
   */
  EventLog(Path folder, long steps, Map<String, String> settings) throws IOException {
    Instant now = Instant.now();
    step = steps;
    events = EventFile.create(folder, steps + 1, now);
    StringBuilder table = new StringBuilder("| setting | value |\n|---|---|\n");
    settings.forEach(
        (name, value) -> table.append("| %s | %s |%n".formatted(name, value.replace("|", "\\|"))));
    events.text(steps + 1, "settings", table.toString(), now);
    events.flush(now);
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
    add(Map.of("test/loss", test.loss(), "test/accuracy", test.top1()));
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
