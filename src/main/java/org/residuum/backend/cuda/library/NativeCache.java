package org.residuum.backend.cuda.library;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import org.residuum.backend.lower.NativeFolder;

/**
 * Keeps native libraries where the dynamic linker can load them, a folder for each content.
 *
 * <p>The folder's name contains the SHA-256 of its contents, so versions never mix; a file that
 * differs is rewritten. A file appears by an atomic rename of a complete one, so processes that
 * start at once see all of it or nothing, and one that has the old file mapped keeps it.
 */
final class NativeCache {
  /** The folder to use in place of {@code ~/.cache/residuum}. */
  static final String PROPERTY = "residuum.cache";

  private final Path root;

  NativeCache(Path root) {
    this.root = root;
  }

  /** {@code -Dresiduum.cache}, else {@code $XDG_CACHE_HOME/residuum}, else {@code ~/.cache}'s. */
  static NativeCache ofUser() {
    return new NativeCache(rootOfUser());
  }

  static Path rootOfUser() {
    return root(System.getenv(), System.getProperty("user.home"), System.getProperty(PROPERTY));
  }

  static Path root(Map<String, String> environment, String home, String property) {
    if (property != null) {
      return Path.of(property).toAbsolutePath();
    }
    Path caches =
        Optional.ofNullable(environment.get("XDG_CACHE_HOME"))
            .map(Path::of)
            .filter(Path::isAbsolute)
            .orElse(Path.of(home, ".cache"));
    return caches.resolve("residuum").toAbsolutePath();
  }

  /**
   * The file of that name with exactly this content, in a folder {@code version-sha}.
   *
   * @throws IOException where neither the cache nor a temporary folder takes it, saying why
   */
  Path place(String version, String name, byte[] content) throws IOException {
    Path folder = root.resolve(version + "-" + sha256(content).substring(0, 16));
    Optional<String> refusal = refusal(folder, name, content);
    return refusal.isEmpty()
        ? place(folder, name, content)
        : inTemporaryFolder(name, content, refusal.get());
  }

  private static Optional<String> refusal(Path folder, String name, byte[] content) {
    try {
      Path file = folder.resolve(name);
      boolean ready = holds(file, content) && Files.isExecutable(file);
      return ready ? Optional.empty() : NativeFolder.refusal(folder, content.length);
    } catch (IOException e) {
      return Optional.of(folder + " cannot be read (" + e + ")");
    }
  }

  private static Path place(Path folder, String name, byte[] content) throws IOException {
    Path file = folder.resolve(name);
    if (!holds(file, content)) {
      write(file, new ByteArrayInputStream(content));
    }
    return file;
  }

  private static boolean holds(Path file, byte[] content) throws IOException {
    try {
      return Files.size(file) == content.length
          && MessageDigest.isEqual(Files.readAllBytes(file), content);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Puts a file there at once, as a whole. */
  static void write(Path file, InputStream content) throws IOException {
    NativeFolder.createPrivate(file.getParent());
    Path part = Files.createTempFile(file.getParent(), file.getFileName() + ".", ".part");
    try {
      Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      move(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void move(Path part, Path file) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw new IOException(file.getParent() + ": this file system cannot rename atomically", e);
    }
  }

  private static Path inTemporaryFolder(String name, byte[] content, String refused)
      throws IOException {
    Path folder = temporaryFolder(refused);
    Optional<String> refusal = NativeFolder.refusal(folder, content.length);
    if (refusal.isPresent()) {
      throw new IOException(refused + "; " + refusal.get());
    }
    Path file = place(folder, name, content);
    file.toFile().deleteOnExit();
    return file;
  }

  private static Path temporaryFolder(String refused) throws IOException {
    try {
      Path folder = Files.createTempDirectory("residuum");
      folder.toFile().deleteOnExit();
      return folder;
    } catch (IOException e) {
      throw new IOException(refused + "; no temporary folder can be made (" + e + ")", e);
    }
  }

  static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
