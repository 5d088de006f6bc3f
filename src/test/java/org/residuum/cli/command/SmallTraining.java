package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Set-up of tests that train: a folder of pictures and a command for it. */
abstract class SmallTraining {
  @TempDir private static Path shared;
  static Path pictures;

  @TempDir Path folder;

  @BeforeAll
  static void draw() throws IOException {
    pictures = SmallData.pictures(shared);
  }

  static Object[] with(Path out, Object... more) {
    List<Object> args = new java.util.ArrayList<>(List.of("--batch", 16, "--epochs", 2));
    args.addAll(List.of(more));
    return of(out, args.toArray());
  }

  static Object[] of(Path out, Object... more) {
    List<Object> args = new java.util.ArrayList<>();
    args.addAll(List.of("train", "--data", "folder:" + pictures, "--model", "mlp:16x1"));
    args.addAll(List.of("--out", out));
    args.addAll(List.of(more));
    return args.toArray();
  }
}
