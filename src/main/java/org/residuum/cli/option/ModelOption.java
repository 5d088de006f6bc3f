package org.residuum.cli.option;

import java.util.ArrayList;
import org.residuum.network.Architectures;
import picocli.CommandLine.Option;

/** {@code --model}: a network by name, or a saved model. */
public final class ModelOption {
  /** The names for help and completion. */
  static final class Names extends ArrayList<String> {
    private static final long serialVersionUID = 1;

    Names() {
      super(Architectures.NAMES);
    }
  }

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "A saved model's folder, a file (onnx, pth, pt, th, safetensors), or a name:"
              + " ${COMPLETION-CANDIDATES} (or "
              + Architectures.FORMS
              + ")",
      completionCandidates = Names.class)
  private String model;

  public String model() {
    return model;
  }
}
