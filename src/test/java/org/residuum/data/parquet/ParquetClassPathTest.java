package org.residuum.data.parquet;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.residuum.data.InvalidDataException;

/** What of the libraries has to be there. */
class ParquetClassPathTest {
  @TempDir Path folder;

  /** Has the classes of this test's loader anew, but for some packages. */
  private static final class Without extends ClassLoader {
    private final List<String> packages;

    Without(String... packages) {
      super(ClassLoader.getPlatformClassLoader());
      this.packages = List.of(packages);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      URL bytes = findResource(name.replace('.', '/') + ".class");
      if (bytes == null || packages.stream().anyMatch(name::startsWith)) {
        throw new ClassNotFoundException(name);
      }
      try (InputStream in = bytes.openStream()) {
        byte[] whole = in.readAllBytes();
        return defineClass(name, whole, 0, whole.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }

    @Override
    protected URL findResource(String name) {
      return ParquetClassPathTest.class.getClassLoader().getResource(name);
    }
  }

  /** In another class loader, which knows less. */
  public static final class There {
    There() {}

    /** Writes a row and reads it. */
    public static String copy(Path file) throws IOException {
      List<ParquetRows.Column> columns =
          List.of(new ParquetRows.Column("file", ParquetRows.Kind.TEXT, true));
      try (OutputStream out = Files.newOutputStream(file);
          ParquetRows rows = Parquet.write(out, file, columns)) {
        rows.add(List.of("a.png"));
      }
      try (ParquetTable table = Parquet.open(file)) {
        return table.read(table.columns().get(0)).next().toString();
      }
    }
  }

  private Object copy(ClassLoader loader) throws ReflectiveOperationException {
    Method copy = loader.loadClass(There.class.getName()).getMethod("copy", Path.class);
    return copy.invoke(null, folder.resolve("one.parquet"));
  }

  @Test
  void nothingOfHadoopAndNoNatives() throws Exception {
    ClassLoader loader =
        new Without(
            "org.apache.hadoop.", "org.xerial.", "com.github.luben.", "org.apache.commons.");
    assertThrows(
        ClassNotFoundException.class,
        () -> loader.loadClass("org.apache.hadoop.conf.Configuration"));
    assertEquals("a.png", copy(loader));
  }

  @Test
  void theErrorNamesTheArtifacts() {
    ClassLoader loader = new Without("org.apache.");
    InvocationTargetException e = assertThrows(InvocationTargetException.class, () -> copy(loader));
    IOException cause = assertInstanceOf(IOException.class, e.getCause());
    assertEquals(InvalidDataException.class.getName(), cause.getClass().getName());
    String message = cause.getMessage();
    assertTrue(message.contains("org.apache.parquet:parquet-hadoop"), message);
  }
}
