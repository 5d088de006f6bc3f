package org.residuum.cli.command;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.OutputFile;
import org.residuum.cli.text.OutputFolder;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.pytorch.PyTorchCheckpoint;
import org.residuum.format.safetensors.SafeTensors;
import org.residuum.network.ElementType;
import org.residuum.network.Parameters;

/** What {@code convert} writes, by the end of the name. */
enum Target {
  ONNX,
  CHECKPOINT,
  SAFETENSORS,
  FOLDER;

  private static final int LONGEST_END = 12;

  static Target of(Path path) {
    String name = String.valueOf(path.getFileName()).toLowerCase(Locale.ROOT);
    int dot = name.lastIndexOf('.');
    String end = dot < 1 ? "" : name.substring(dot + 1);
    return switch (end) {
      case "onnx" -> ONNX;
      case "pth", "pt", "th" -> CHECKPOINT;
      case "safetensors" -> SAFETENSORS;
      default -> {
        if (end.length() <= LONGEST_END && end.matches("[a-z][a-z0-9]*")) {
          throw CommandFailure.usage(
              path
                  + ": no format ends in ."
                  + end
                  + "; known: .onnx, .pth, .pt, .th, .safetensors, or no end for a folder");
        }
        yield FOLDER;
      }
    };
  }

  /** Refuses, before long work, to replace what nobody asked to replace. */
  void check(Path path, boolean overwrite) throws IOException {
    if (this == FOLDER) {
      OutputFolder.check("TO", path, overwrite);
      SavedModel.checkTarget(path, overwrite);
    } else {
      OutputFile.prepare("TO", path, overwrite);
    }
  }

  /**
   * Writes weights.
   *
   * @param use what the file says beside them, if it can
   */
  void writeWeights(Path path, Parameters weights, Map<String, String> use, ElementType type)
      throws IOException {
    if (this == SAFETENSORS) {
      Map<String, String> metadata = new LinkedHashMap<>(Map.of("format", "pt"));
      metadata.putAll(use);
      SafeTensors.write(path, weights, metadata, type);
    } else {
      PyTorchCheckpoint.write(path, weights, type);
    }
  }
}
