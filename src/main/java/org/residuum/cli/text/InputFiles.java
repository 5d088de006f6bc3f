package org.residuum.cli.text;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.residuum.data.source.Datasets;
import org.residuum.format.file.AtomicFile;

/** What a command reads: {@code --overwrite} is no leave to write over it. */
public final class InputFiles {
  private final List<Path> files = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();

  /** Tells of a file whether it is read. */
  @FunctionalInterface
  public interface Source {
    boolean reads(Path file) throws IOException;
  }

  /** Adds a saved model's own files, or a model's file; reports beside them may be replaced. */
  public InputFiles model(String model) throws IOException {
    addWithin(Path.of(model), ".*\\.(json|txt|safetensors)");
    return this;
  }

  /** Adds what {@code --data NAME:PATH} reads, as far as it is there. */
  public InputFiles data(String spec) throws IOException {
    files.addAll(Datasets.files(spec));
    return this;
  }

  /** Adds one, unless it is null. */
  public InputFiles file(Path file) {
    if (file != null) {
      files.add(file);
    }
    return this;
  }

  /** Adds what a source reads. */
  public InputFiles source(Source source) {
    sources.add(source);
    return this;
  }

  private void addWithin(Path path, String names) throws IOException {
    if (!Files.isDirectory(path)) {
      files.add(path);
      return;
    }
    try (Stream<Path> within = Files.list(path)) {
      within.filter(file -> file.getFileName().toString().matches(names)).forEach(files::add);
    }
  }

  /**
   * Refuses an output that is one of them, under whatever name.
   *
   * @param name what the command line calls it, such as {@code --out}
   * @param out null where there is none
   */
  public void requireNot(String name, Path out) throws IOException {
    if (out == null || !Files.exists(out) || AtomicFile.isDevice(out)) {
      return;
    }
    if (reads(out)) {
      throw CommandFailure.usage(name + " " + out + ": this command reads it; name another file");
    }
  }

  private boolean reads(Path out) throws IOException {
    for (Path file : files) {
      if (Files.exists(file) && Files.isSameFile(file, out)) {
        return true;
      }
    }
    for (Source source : sources) {
      if (source.reads(out)) {
        return true;
      }
    }
    return false;
  }
}
