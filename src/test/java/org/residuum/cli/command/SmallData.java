package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.residuum.cli.Terminal;
import org.residuum.cli.text.ExitCode;
import org.residuum.data.source.Datasets;

/** Small labelled pictures and a network trained on them, for tests of the commands. */
final class SmallData {
  static final int PICTURES = 120;

  private SmallData() {}

  /** A folder a class of glyphs as PNG. */
  static Path pictures(Path parent) throws IOException {
    Path folder = parent.resolve("glyph pictures");
    Datasets.writeGlyphs(folder, PICTURES, 5);
    return folder;
  }

  /** Trains for two epochs; gives the saved model's folder. */
  static Path train(Path pictures, Path model) {
    Terminal.run(
            "train",
            "--data",
            "folder:" + pictures,
            "--model",
            "mlp:32x1",
            "--batch",
            16,
            "--epochs",
            2,
            "--out",
            model)
        .expect(ExitCode.OK);
    return model;
  }

  static Path notAPicture(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "no picture");
  }
}
