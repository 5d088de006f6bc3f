package org.residuum.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.residuum.Model;
import org.residuum.data.InvalidDataException;
import org.residuum.data.decode.PictureDecoder;

/** Files by the paths that Spark's users write: of this machine, or of what Hadoop reads. */
final class Storage {
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*");

  private Storage() {}

  private static boolean isLocal(String path) {
    return path.startsWith("file:") || !SCHEME.matcher(path).matches();
  }

  /** Spark writes URIs of files as they are, without %20; Java and Python with it. */
  private static Path local(String path) {
    if (!path.startsWith("file:")) {
      return Path.of(path);
    }
    Path asIs = Path.of(new org.apache.hadoop.fs.Path(path).toUri().getPath());
    return path.contains("%") && !Files.exists(asIs) ? Path.of(URI.create(path).getPath()) : asIs;
  }

  /**
   * The contents of a picture's file.
   *
   * @throws InvalidDataException where it cannot be read; the message begins with the path
   */
  static byte[] bytes(String path) throws IOException {
    if (isLocal(path)) {
      Path file = local(path);
      try {
        return PictureDecoder.bytes(file);
      } catch (InvalidDataException e) {
        throw new InvalidDataException(path + ": " + Reason.without(file.toString(), e), e);
      }
    }
    org.apache.hadoop.fs.Path file = new org.apache.hadoop.fs.Path(path);
    try (InputStream in = system(file).open(file)) {
      return bytes(path, in, PictureDecoder.MAX_FILE_BYTES);
    } catch (InvalidDataException e) {
      throw e;
    } catch (FileNotFoundException e) {
      throw new InvalidDataException(path + ": there is no such file", e);
    } catch (IOException e) {
      throw new InvalidDataException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /**
   * The rest of a stream, as a picture's file.
   *
   * @param most how many bytes it may have; more are not read
   */
  static byte[] bytes(String path, InputStream in, int most) throws IOException {
    byte[] bytes = in.readNBytes(most);
    if (bytes.length == most && in.read() >= 0) {
      throw new InvalidDataException(
          path + ": more than " + most + " bytes; replace it or leave it out");
    }
    return bytes;
  }

  private static FileSystem system(org.apache.hadoop.fs.Path path) throws IOException {
    return path.getFileSystem(SparkHadoopUtil.get().conf());
  }

  /**
   * Loads a model; one that is not of this machine is fetched first.
   *
   * @param use is given the model, whose files are gone afterwards
   */
  static <R> R withModel(String path, Use<R> use) throws IOException {
    if (isLocal(path)) {
      return use.of(Model.load(local(path)));
    }
    org.apache.hadoop.fs.Path remote = new org.apache.hadoop.fs.Path(path);
    Path folder = Files.createTempDirectory("residuum-model-");
    try {
      Path copy = folder.resolve(remote.getName());
      system(remote)
          .copyToLocalFile(false, remote, new org.apache.hadoop.fs.Path(copy.toUri()), true);
      return use.of(Model.load(copy));
    } finally {
      delete(folder);
    }
  }

  /** What is done with a model. */
  @FunctionalInterface
  interface Use<R> {
    R of(Model model) throws IOException;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
