package org.residuum.backend.cuda.rig;

import java.util.List;
import java.util.SplittableRandom;

/**
 * When the streams of the emulated device work, beside the times when the host waits for them: any
 * order that the events allow is one that a GPU may take.
 */
@FunctionalInterface
public interface Schedule {
  /** Called after each call that gave a stream something to do. */
  void work(List<EmulatedStream> streams);

  /** Nothing is done before somebody waits for it. */
  static Schedule late() {
    return named("late", streams -> {});
  }

  /** All that waits for nothing is done at once. */
  static Schedule early() {
    return named("early", Schedule::exhaust);
  }

  /** One stream, the {@code last}th from the end, works at once, the others late. */
  static Schedule oneEarly(int last) {
    return named(
        "early stream " + last + " from the end",
        streams -> {
          if (streams.size() >= last) {
            exhaust(List.of(streams.get(streams.size() - last)));
          }
        });
  }

  static Schedule random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return named(
        "random, seed " + seed,
        streams -> {
          for (int i = random.nextInt(6); i > 0; i--) {
            streams.get(random.nextInt(streams.size())).tryOne();
          }
        });
  }

  private static void exhaust(List<EmulatedStream> streams) {
    boolean worked = true;
    while (worked) {
      worked = false;
      for (EmulatedStream stream : streams) {
        worked |= stream.tryOne();
      }
    }
  }

  private static Schedule named(String name, Schedule schedule) {
    return new Schedule() {
      @Override
      public void work(List<EmulatedStream> streams) {
        schedule.work(streams);
      }

      @Override
      public String toString() {
        return name;
      }
    };
  }
}
