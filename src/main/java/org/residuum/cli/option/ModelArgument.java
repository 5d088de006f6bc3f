package org.residuum.cli.option;

import java.io.IOException;
import org.residuum.Model;
import org.residuum.cli.text.CommandFailure;
import org.residuum.cli.text.Console;
import org.residuum.data.Preprocessing;
import org.residuum.network.Architectures;
import org.residuum.network.Network;
import org.residuum.network.Shape;
import org.residuum.network.initial.Initializer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Any network: by name, of a given shape, or out of a saved model or a file from elsewhere. */
public final class ModelArgument {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "MODEL", description = "The model; the same as --model.")
  private String argument;

  @Mixin private ModelOption option;

  @Mixin private ShapeOptions shape;

  @Mixin private ArchOptions arch;

  public Network network() throws IOException {
    String model = model();
    return Models.isPath(model) ? read(model).network() : build(model);
  }

  /** The network with its weights; one by name has freshly drawn ones. */
  public Model withParameters() throws IOException {
    String model = model();
    if (Models.isPath(model)) {
      return read(model);
    }
    Network network = build(model);
    return Model.of(network, new Initializer(0).initialize(network));
  }

  /**
   * What a model does to a picture first; where it does not say that itself, ImageNet's usual
   * preprocessing at its size.
   */
  public Preprocessing preprocessing(Model read) {
    if (read.preprocessing().isPresent()) {
      return Models.preprocessing(read);
    }
    Shape example = read.exampleShape();
    if (example.rank() != 3 || example.extent(0) != 3) {
      throw CommandFailure.usage(
          model() + " takes examples of " + example + " and does not say how pictures become such");
    }
    Preprocessing usual = Preprocessing.imagenet().withShape(example);
    PreprocessingLine.tell(usual, "as usual for ImageNet", Console.of(spec));
    return usual;
  }

  private Network build(String name) {
    if (arch.given() != null) {
      throw CommandFailure.usage(arch.given() + ": it is for files; " + name + " is a name");
    }
    return Models.build(name, shape.request());
  }

  private Model read(String name) throws IOException {
    if (shape.given() != null) {
      throw CommandFailure.usage(shape.given() + ": " + name + " says that itself");
    }
    Console console = Console.of(spec);
    Model read = Models.load(name, arch, null, console);
    if (read.preprocessing().isPresent()) {
      String source = read.preprocessingSource();
      PreprocessingLine.tell(
          Models.preprocessing(read), source.isEmpty() ? "the model's own" : source, console);
    } else if (!read.preprocessingProblem().isEmpty()) {
      console.say("pictures  %s", read.preprocessingProblem());
    }
    return read;
  }

  private String model() {
    if ((argument == null) == (option.model() == null)) {
      throw CommandFailure.usage(
          spec.name()
              + " needs one model, for example residuum "
              + spec.name()
              + " resnet20; known: "
              + String.join(", ", Architectures.NAMES));
    }
    return argument == null ? option.model() : argument;
  }
}
