package org.residuum.cli.command;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.residuum.Model;
import org.residuum.cli.option.ArchOptions;
import org.residuum.cli.option.FiniteWeights;
import org.residuum.cli.option.ForeignOptions;
import org.residuum.cli.option.Models;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.cli.text.ExitCode;
import org.residuum.cli.text.OutputFile;
import org.residuum.cli.text.OutputFolder;
import org.residuum.cli.text.PartFile;
import org.residuum.data.Task;
import org.residuum.format.file.FloatType;
import org.residuum.format.metadata.OnnxProperties;
import org.residuum.format.onnx.OnnxModel;
import org.residuum.format.weights.Architecture;
import org.residuum.format.weights.WeightFile;
import org.residuum.job.FolderLock;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.Parameters;
import org.residuum.network.Tensor;
import org.residuum.network.op.Add;
import org.residuum.plan.BatchNormFolding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "convert",
    customSynopsis = "residuum convert FROM TO [OPTION]...",
    description = "Converts between saved models, ONNX, PyTorch checkpoints and safetensors.",
    footer = {
      "",
      "TO ends in .onnx, or for weights alone, by PyTorch's names, in .pth, .pt, .th or"
          + " .safetensors; without such an end it is a folder, a saved model.",
      "",
      "Examples:",
      "  residuum convert runs/photos photos.onnx --fold",
      "  residuum convert runs/photos photos.pth",
      "  residuum convert resnet20.th runs/resnet20 --preset imagenet"
    })
public final class ConvertCommand implements Callable<Integer> {
  private static final String LOADED =
      "who loads the file again names it by --arch, where that has a name; .onnx and a folder keep"
          + " the whole network";

  /** How numbers are written. */
  enum Type {
    f32,
    f16,
    bf16
  }

  @Spec private CommandSpec spec;

  @picocli.CommandLine.Parameters(
      index = "0",
      paramLabel = "FROM",
      description = "A saved model's folder, or a file: onnx, pth, pt, th or safetensors.")
  private String from;

  @picocli.CommandLine.Parameters(
      index = "1",
      paramLabel = "TO",
      description = "What to write; the end of its name decides the format.")
  private Path to;

  @Mixin private ForeignOptions foreign;

  @Option(names = "--overwrite", description = "Replace TO where it exists.")
  private boolean overwrite;

  @Option(
      names = "--fold",
      description = "For .onnx: put the batch norms into the convolutions before them.")
  private boolean fold;

  @Option(
      names = "--opset",
      paramLabel = "N",
      description = "For .onnx: the version of the operators, 11 to 21 (default: 17).")
  private Integer opset;

  @Option(
      names = "--dtype",
      paramLabel = "f32|f16|bf16",
      description = "For weights alone: the type of the numbers (default: f32).")
  private Type type;

  @Override
  public Integer call() throws IOException {
    Console console = Console.of(spec);
    Target target = Target.of(to);
    checkOptions(target);
    target.check(to, overwrite);
    if (target == Target.FOLDER) {
      writeFolder(console);
    } else {
      writeFile(target, console);
    }
    console.out("wrote     %s", to);
    return ExitCode.OK;
  }

  private void checkOptions(Target target) {
    if (target != Target.ONNX && (fold || opset != null)) {
      throw CommandFailure.usage((fold ? "--fold" : "--opset") + ": it is for .onnx, not " + to);
    }
    if (type != null && (target == Target.ONNX || target == Target.FOLDER)) {
      throw CommandFailure.usage("--dtype: it is for .pth and .safetensors, not " + to);
    }
    if (opset != null
        && (opset < OnnxModel.OLDEST_WRITTEN_OPSET || opset > OnnxModel.NEWEST_OPSET)) {
      throw CommandFailure.usage("--opset " + opset + ": it is 11 to 21");
    }
  }

  private ElementType elementType() {
    return type == null
        ? ElementType.F32
        : switch (type) {
          case f32 -> ElementType.F32;
          case f16 -> ElementType.F16;
          case bf16 -> ElementType.BF16;
        };
  }

  private void writeFolder(Console console) throws IOException {
    Model model = model(console);
    try (FolderLock unused = OutputFolder.lockModel("TO", to)) {
      model.save(to, overwrite);
    }
  }

  private void writeFile(Target target, Console console) throws IOException {
    try (PartFile unused = OutputFile.claim("TO", to, overwrite, console)) {
      if (target == Target.ONNX) {
        writeOnnx(console);
      } else {
        Weights weights = weights(console);
        weights.parameters().asMap().forEach(this::requireFinite);
        if (target == Target.CHECKPOINT && !weights.use().isEmpty()) {
          console.say(
              "outputs   of another task than classes, which such a file does not say: loaded"
                  + " again, it counts as a classifier; .onnx, .safetensors and a folder keep it"
                  + " (%s)",
              weights.use());
        }
        target.writeWeights(to, weights.parameters(), weights.use(), elementType());
      }
    }
  }

  /** A finite value that the type cannot hold would become an infinity. */
  private void requireFinite(String name, Tensor tensor) {
    FloatBuffer data = tensor.data();
    for (int i = 0; i < data.limit(); i++) {
      if (FloatType.of(elementType()).overflows(data.get(i))) {
        throw CommandFailure.failed(
            "--dtype "
                + type
                + ": "
                + name
                + " holds "
                + data.get(i)
                + ", which would become infinite; take "
                + (type == Type.f16 ? "bf16 or f32" : "f32"));
      }
    }
  }

  private void writeOnnx(Console console) throws IOException {
    Model model = model(console);
    BatchNormFolding.Folded written =
        fold
            ? BatchNormFolding.apply(model.network(), model.parameters())
            : new BatchNormFolding.Folded(model.network(), model.parameters());
    OnnxModel.write(
        to,
        written.network(),
        written.parameters(),
        opset == null ? OnnxModel.DEFAULT_OPSET : opset,
        use(model));
  }

  private static Map<String, String> use(Model model) {
    return OnnxProperties.of(model.labels(), model.preprocessing().orElse(null), model.outputs());
  }

  /**
   * What is written.
   *
   * @param use what the file says where the outputs are no classes; else nothing
   */
  private record Weights(Parameters parameters, Map<String, String> use) {}

  /** The weights of a checkpoint as they are; those of a network else. */
  private Weights weights(Console console) throws IOException {
    Path path = Models.path(from);
    boolean alone = Model.isFile(path) && !Model.isOnnx(path);
    if (!alone || foreign.arch().isNetwork()) {
      Model model = model(console);
      boolean classes = model.outputs().task() == Task.CLASSIFY;
      tellOtherNetwork(model, console);
      return new Weights(model.parameters(), classes ? Map.of() : use(model));
    }
    foreign.arch().requireWeights();
    WeightFile file = WeightFile.read(path, foreign.arch().key());
    if (foreign.arch().key() == null && !file.others().isEmpty()) {
      ArchOptions.tellChoice(file.taken(), file.others(), console);
    }
    if (!file.skipped().isEmpty()) {
      console.say("left out  %,d tensors that are not floats", file.skipped().size());
    }
    FiniteWeights.check(from, file.weights(), console);
    return new Weights(file.weights(), OnnxProperties.ofTask(file.metadata()));
  }

  /** Weights do not say where a network adds; names and shapes may be those of another one. */
  private void tellOtherNetwork(Model model, Console console) {
    Architecture found;
    try {
      found = Architecture.of(model.parameters());
    } catch (IllegalArgumentException e) {
      console.say("network   %s is not told by its weights; %s", model.network().name(), LOADED);
      return;
    }
    if (sums(found.network()) != sums(model.network())) {
      console.say(
          "network   by its weights %s would be a %s; %s",
          model.network().name(), found.name(), LOADED);
    }
  }

  private static long sums(Network network) {
    return network.nodes().stream().filter(node -> node.op() instanceof Add).count();
  }

  private Model model(Console console) throws IOException {
    if (!Model.isFile(Models.path(from))) {
      Models.requireNone(foreign, from);
      Model saved = Models.load(from, foreign.arch(), null, console);
      Model model = foreign.fitting().given() == null ? saved : Models.fitted(saved, foreign);
      model
          .preprocessing()
          .ifPresent(
              one ->
                  one.toMap().forEach((key, value) -> console.say("examples  %s %s", key, value)));
      return model;
    }
    if (Target.of(to) == Target.FOLDER || foreign.isPreprocessing()) {
      return Models.classifier(from, foreign, null, console);
    }
    Model model = Models.load(from, foreign.arch(), null, console);
    return foreign.labels().isEmpty() ? model : model.withLabels(foreign.labels());
  }
}
