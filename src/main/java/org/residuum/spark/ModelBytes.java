package org.residuum.spark;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.residuum.Model;

/**
 * A model as it travels to executors: its saved folder, packed.
 *
 * @param folder the files of the folder, zipped
 */
record ModelBytes(byte[] folder) implements Serializable {
  private static final long serialVersionUID = 1;

  /** Packs a model, wherever it comes from. */
  static ModelBytes of(Model model) throws IOException {
    Path folder = Files.createTempDirectory("residuum-spark-");
    try {
      Path saved = folder.resolve("model");
      model.save(saved);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
        zip.setLevel(0);
        for (Path file : files(saved)) {
          ZipEntry entry = new ZipEntry(file.getFileName().toString());
          entry.setTime(0); // Equal models have equal hashes.
          zip.putNextEntry(entry);
          Files.copy(file, zip);
        }
      }
      return new ModelBytes(bytes.toByteArray());
    } finally {
      delete(folder);
    }
  }

  /** Opens it again; its weights stay in memory. */
  Model model() throws IOException {
    Path folder = Files.createTempDirectory("residuum-spark-");
    try {
      try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(folder()))) {
        for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
          Files.copy(zip, folder.resolve(entry.getName()));
        }
      }
      return Model.load(folder);
    } finally {
      delete(folder);
    }
  }

  /** SHA-256 of the contents. */
  String hash() {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(folder));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JVM has SHA-256", e);
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
