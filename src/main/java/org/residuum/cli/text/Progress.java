package org.residuum.cli.text;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import me.tongfei.progressbar.DelegatingProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/**
 * A bar with images a second and the time left. It shows on a terminal only, and only once the work
 * has taken two seconds.
 */
public final class Progress implements AutoCloseable {
  private static final long DELAY_NANOS = 2_000_000_000L;

  private final PrintWriter terminal;
  private final int columns;
  private final String task;
  private final long total;
  private final long started = System.nanoTime();
  private ProgressBar bar;
  private int shown;

  /** Images that were done before. */
  private long before;

  private Progress(PrintWriter terminal, int columns, String task, long total) {
    this.terminal = terminal;
    this.columns = columns;
    this.task = task;
    this.total = total;
  }

  /**
   * Progress for a person at a terminal, as {@code -Dresiduum.terminal=true} says, else silent.
   *
   * @param total how many images there are to do; -1 where that is not known
   */
  static Progress of(PrintWriter terminal, String task, long total) {
    boolean visible =
        Boolean.parseBoolean(
            System.getProperty("residuum.terminal", String.valueOf(System.console() != null)));
    int columns = Integer.getInteger("residuum.columns", 80);
    return new Progress(visible ? terminal : null, columns, task, total);
  }

  /** So many were done before the start. */
  public void from(long done) {
    before = done;
  }

  /** So many images are done in all. */
  public void at(long done) {
    at(done, 0);
  }

  /**
   * The same.
   *
   * @param failed how many of them have failed
   */
  public void at(long done, long failed) {
    if (bar == null && terminal != null && System.nanoTime() - started > DELAY_NANOS) {
      bar = open(done);
    }
    if (bar != null) {
      String rate = String.format(Locale.ROOT, "%,.0f images/s", (done - before) / seconds());
      bar.setExtraMessage(
          failed == 0 ? rate : rate + String.format(Locale.ROOT, ", %,d failed", failed));
      bar.stepTo(done);
    }
  }

  private ProgressBar open(long done) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(total)
        .startsFrom(done, Duration.ofMillis(Math.round(1000 * seconds())))
        .setStyle(ProgressBarStyle.ASCII)
        .setUnit("", 1)
        .setEtaFunction(this::timeLeft)
        .setUpdateIntervalMillis(250)
        .setConsumer(new DelegatingProgressBarConsumer(this::show, columns - 1))
        .build();
  }

  private double seconds() {
    return (System.nanoTime() - started) / 1e9;
  }

  private Optional<Duration> timeLeft(ProgressState state) {
    long done = state.getCurrent() - before;
    double left = (total - state.getCurrent()) * seconds() / done;
    return done <= 0 || total < 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis(Math.round(1000 * left)));
  }

  private synchronized void show(String line) {
    terminal.print('\r' + line + " ".repeat(Math.max(0, shown - line.length())));
    terminal.flush();
    shown = line.length();
  }

  /** Wipes the bar away. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      show("");
      terminal.print('\r');
      terminal.flush();
      bar = null;
    }
  }
}
