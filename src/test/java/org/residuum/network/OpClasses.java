package org.residuum.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.residuum.network.op.Op;

/** The classes of operations, found where they are compiled to, so that no list is kept. */
public final class OpClasses {
  private OpClasses() {}

  /** Those that networks are described with. */
  public static List<Class<? extends Op>> forward() {
    return in("org.residuum.network.op");
  }

  /** Those that follow the outputs in training. */
  public static List<Class<? extends Op>> losses() {
    return in("org.residuum.network.loss");
  }

  /** Those that backward passes consist of. */
  public static List<Class<? extends Op>> backward() {
    return in("org.residuum.network.gradient");
  }

  private static List<Class<? extends Op>> in(String home) {
    try {
      Path classes = Path.of(Op.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      try (Stream<Path> files = Files.list(classes.resolve(home.replace('.', '/')))) {
        return files
            .map(file -> file.getFileName().toString())
            .filter(file -> file.matches("\\w+\\.class") && !file.startsWith("package"))
            .sorted()
            .<Class<?>>map(file -> type(home + "." + file.replace(".class", "")))
            .filter(type -> type.isRecord() && Op.class.isAssignableFrom(type))
            .<Class<? extends Op>>map(type -> type.asSubclass(Op.class))
            .toList();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Class<?> type(String name) {
    try {
      return Class.forName(name);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
  }
}
