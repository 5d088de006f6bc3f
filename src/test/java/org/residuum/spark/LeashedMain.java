package org.residuum.spark;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;

/** Runs another class's {@code main} until standard input ends: no child outlives its parent. */
final class LeashedMain {
  private LeashedMain() {}

  /** Arguments: the class, and what its {@code main} gets. */
  public static void main(String[] args) throws ReflectiveOperationException {
    Thread leash = new Thread(LeashedMain::awaitEnd, "leash");
    leash.setDaemon(true);
    leash.start();
    String[] rest = Arrays.copyOfRange(args, 1, args.length);
    try {
      Class.forName(args[0]).getMethod("main", String[].class).invoke(null, (Object) rest);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(args[0] + " failed", e.getCause());
    }
  }

  private static void awaitEnd() {
    try {
      while (System.in.read() >= 0) {
        // Nobody writes.
      }
    } catch (IOException e) {
      // As good as the end.
    }
    Runtime.getRuntime().halt(1);
  }
}
