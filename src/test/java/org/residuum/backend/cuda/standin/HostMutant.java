package org.residuum.backend.cuda.standin;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * One thing changed in a class that talks to CUDA.
 *
 * @param file below the package {@code org.residuum.backend.cuda}
 * @param original text that is there
 * @param occurrence which of the places, from 0
 * @param meaning what the change amounts to
 */
record HostMutant(
    String file, String original, int occurrence, String replacement, String meaning) {
  private static final Path SOURCES = Path.of("src/main/java/org/residuum/backend/cuda");

  /** Compiles the changed class into a folder of its own. */
  Path compile() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("target"), "host-mutant-");
    Path source = SOURCES.resolve(file);
    Path changed = Files.writeString(folder.resolve(source.getFileName()), changed(source));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    List<String> options =
        List.of(
            "-nowarn",
            "-proc:none",
            "-d",
            folder.toString(),
            "-cp",
            System.getProperty("java.class.path"));
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      boolean compiled =
          compiler
              .getTask(messages, files, null, options, null, files.getJavaFileObjects(changed))
              .call();
      if (!compiled) {
        throw new AssertionError(this + " does not compile: " + messages);
      }
    }
    return folder.toAbsolutePath();
  }

  private String changed(Path source) throws IOException {
    String text = Files.readString(source);
    int at = text.indexOf(original);
    for (int i = 0; i < occurrence && at >= 0; i++) {
      at = text.indexOf(original, at + 1);
    }
    if (at < 0) {
      throw new AssertionError(
          this + ": the source has no such text, choose another place: " + original);
    }
    return text.substring(0, at) + replacement + text.substring(at + original.length());
  }

  @Override
  public String toString() {
    return file.substring(file.lastIndexOf('/') + 1).replace(".java", "") + ": " + meaning;
  }
}
