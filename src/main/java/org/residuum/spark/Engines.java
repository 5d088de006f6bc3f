package org.residuum.spark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The engines of this JVM. Each is opened by the first task that needs it and shared by those that
 * come later; of those that no task uses, the newest are kept. All are closed when the JVM ends.
 */
final class Engines {
  /** Engines that are kept although no task uses them. */
  static final int MOST_IDLE = 2;

  private static final long DRIVER = -1;
  private static final Engines OF_JVM = new Engines();
  private static boolean hooked;

  /** Engines that tasks get, the one that was given back last at the end. */
  private final Map<EngineKey, Engine> open = new LinkedHashMap<>();

  private final Map<Engine, Integer> users = new HashMap<>();

  /** What tasks have taken, by their attempts, under the keys that they asked by. */
  private final Map<Long, Map<EngineKey, Engine>> taken = new HashMap<>();

  /** The engines that the tasks of this JVM share. */
  static synchronized Engines ofJvm() {
    if (!hooked) {
      Runtime.getRuntime().addShutdownHook(new Thread(OF_JVM::close, "residuum end"));
      hooked = true;
    }
    return OF_JVM;
  }

  /**
   * The engine for the task that this thread runs, which is given back when the task ends. What the
   * driver computes by itself keeps its engine.
   *
   * @param asked the key but for what depends on the task
   * @param bytes as for {@link #take}
   */
  Engine ofTask(EngineKey asked, Supplier<byte[]> bytes) throws IOException {
    TaskContext task = TaskContext.get();
    long attempt = task == null ? DRIVER : task.taskAttemptId();
    synchronized (this) {
      Map<EngineKey, Engine> mine = taken.get(attempt);
      Engine known = mine == null ? null : mine.get(asked);
      if (known != null && !known.hasFailed()) {
        return known;
      }
    }
    Engine engine = take(Placement.here(asked), bytes);
    boolean first;
    synchronized (this) {
      first = !taken.containsKey(attempt);
      Engine before = taken.computeIfAbsent(attempt, any -> new HashMap<>()).put(asked, engine);
      if (before != null) {
        giveBack(before);
      }
    }
    if (first && task != null) {
      task.addTaskCompletionListener((TaskCompletionListener) ended -> giveBackAll(attempt));
    }
    return engine;
  }

  private synchronized void giveBackAll(long attempt) {
    Map<EngineKey, Engine> mine = taken.remove(attempt);
    if (mine != null) {
      mine.values().forEach(this::giveBack);
    }
  }

  /**
   * An engine, to be given back.
   *
   * @param bytes of the model, as {@link ModelBytes} has them; asked where it is not open yet
   */
  synchronized Engine take(EngineKey key, Supplier<byte[]> bytes) throws IOException {
    Engine engine = open.get(key);
    if (engine != null && engine.hasFailed()) {
      open.remove(key);
      closeUnused(engine);
      engine = null;
    }
    if (engine == null) {
      engine = Engine.open(new ModelBytes(bytes.get()).model(), key);
      open.put(key, engine);
    }
    users.merge(engine, 1, Integer::sum);
    return engine;
  }

  /** Takes an engine back from a task. */
  synchronized void giveBack(Engine engine) {
    users.computeIfPresent(engine, (used, count) -> count == 1 ? null : count - 1);
    if (open.remove(engine.key(), engine)) {
      open.put(engine.key(), engine);
    } else {
      closeUnused(engine);
    }
    List<Engine> idle =
        new ArrayList<>(open.values().stream().filter(each -> !users.containsKey(each)).toList());
    while (idle.size() > MOST_IDLE) {
      Engine oldest = idle.remove(0);
      open.remove(oldest.key());
      oldest.close();
    }
  }

  private void closeUnused(Engine engine) {
    if (!users.containsKey(engine)) {
      engine.close();
    }
  }

  /** How many are open. */
  synchronized int size() {
    return open.size();
  }

  private synchronized void close() {
    open.values().forEach(Engine::close);
    open.clear();
  }
}
