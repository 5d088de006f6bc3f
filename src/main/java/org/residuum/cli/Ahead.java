package org.residuum.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.residuum.Devices;
import org.residuum.data.Picture;

/**
 * Does on a thread of its own what a command will surely need later: loads the CPU's library and,
 * for predictions, the decoder of JPEGs.
 */
final class Ahead {
  /** They compute, on the CPU where nothing else is said. */
  private static final Set<String> COMPUTING =
      Set.of("demo", "train", "eval", "predict", "profile", "bench");

  private Ahead() {}

  /**
   * Begins; the process does not end amid it, since loaded libraries would end half initialized.
   */
  static void start(List<String> args) {
    String command = args.isEmpty() ? "" : args.get(0);
    if (!COMPUTING.contains(command) || !mayUseCpu(args)) {
      return;
    }
    Thread thread = new Thread(() -> load(command), "residuum-ahead");
    thread.setDaemon(true);
    // What fails here fails again where it is needed, and is said there.
    thread.setUncaughtExceptionHandler((failed, error) -> {});
    thread.start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> join(thread)));
  }

  private static boolean mayUseCpu(List<String> args) {
    return args.stream().noneMatch(arg -> arg.contains("cuda") || arg.contains("reference"))
        && Collections.disjoint(args, List.of("-h", "--help"));
  }

  private static void load(String command) {
    Devices.preload();
    if (command.equals("predict")) {
      decodeOne();
    }
  }

  /** Its classes and natives are loaded at the first picture, which takes 50 ms. */
  static void decodeOne() {
    try (InputStream picture = Ahead.class.getResourceAsStream("ahead.jpg")) {
      Picture.decode("ahead.jpg", picture.readAllBytes());
    } catch (IOException e) {
      throw new IllegalStateException("this jar's own picture cannot be decoded", e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
