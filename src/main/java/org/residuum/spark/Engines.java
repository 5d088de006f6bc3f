package org.residuum.spark;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The engines of this JVM, each opened once and closed when the JVM ends. */
final class Engines {
  /** What gives the model, asked only by the first task. */
  @FunctionalInterface
  interface Source {
    ModelBytes get() throws IOException;
  }

  private static final Map<EngineKey, Engine> OPEN = new HashMap<>();
  private static boolean hooked;

  private Engines() {}

  /** The engine of a key. */
  static Engine get(EngineKey key, Source source) throws IOException {
    synchronized (OPEN) {
      Engine engine = OPEN.get(key);
      if (engine == null) {
        engine = Engine.open(source.get().model(), key);
        OPEN.put(key, engine);
        if (!hooked) {
          Runtime.getRuntime().addShutdownHook(new Thread(Engines::close, "residuum end"));
          hooked = true;
        }
      }
      return engine;
    }
  }

  private static void close() {
    synchronized (OPEN) {
      OPEN.values().forEach(Engine::close);
      OPEN.clear();
    }
  }
}
