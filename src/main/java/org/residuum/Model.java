package org.residuum;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidObjectException;
import java.io.ObjectInputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.residuum.data.Outputs;
import org.residuum.data.Preprocessing;
import org.residuum.data.Task;
import org.residuum.format.FormatException;
import org.residuum.format.TrainingNotes;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.metadata.ModelMetadata;
import org.residuum.network.Network;
import org.residuum.network.Node;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;
import org.residuum.network.Value;
import org.residuum.network.initial.Initializer;
import org.residuum.network.op.Dense;

/**
 * A network with its weights and, as far as they are known, the names of its classes and what
 * happens to an example first. It comes from a folder that {@link #save} or {@code residuum train}
 * wrote, or from a file of ONNX, PyTorch or safetensors. Models do not change.
 *
 * <p>Models are serialisable, and {@link #write} makes them bytes, for other machines.
 */
public final class Model implements Serializable {
  private final transient Path name;
  private final transient SavedModel parts;
  private final transient String fixedBatch;
  private final transient ModelMetadata said;

  /**
   * @param name where it comes from, or what it is called
   * @param fixedBatch why the batch of its graph cannot be freed; "" else
   */
  Model(Path name, SavedModel parts, String fixedBatch) {
    this(name, parts, fixedBatch, ModelMetadata.NONE);
  }

  /**
   * @param said what a file from elsewhere says about its use, which the parts have already
   */
  private Model(Path name, SavedModel parts, String fixedBatch, ModelMetadata said) {
    if (parts.network().outputs().isEmpty()) {
      throw new IllegalArgumentException(
          name + ": its network has no output; name a value with NetworkBuilder.output");
    }
    this.name = name;
    this.parts = parts;
    this.fixedBatch = fixedBatch;
    this.said = said;
  }

  /** A model with the labels and the preprocessing that are said. */
  Model with(ModelMetadata metadata) {
    SavedModel told =
        new SavedModel(
            network(),
            parameters(),
            metadata.labels(),
            metadata.preprocessing(),
            training(),
            parts.outputs());
    return new Model(name, told, fixedBatch, metadata);
  }

  /**
   * A network with weights; labels and preprocessing are added by {@link #withLabels} and {@link
   * #withPreprocessing}.
   *
   * @throws IllegalArgumentException where a parameter of the network is missing or has another
   *     shape, or where the network has no output
   */
  public static Model of(Network network, Parameters parameters) {
    for (ParameterSpec spec : network.parameters()) {
      if (!parameters.contains(spec.name())) {
        throw new IllegalArgumentException(
            network.name()
                + " needs parameter "
                + spec.name()
                + " "
                + spec.shape()
                + ", which is missing; these are the weights of another network");
      }
      parameters.requireShape(spec);
    }
    return new Model(Path.of(network.name()), bare(network, parameters), "");
  }

  /** A network with the first weights of a training, which the seed decides. */
  public static Model untrained(Network network, long seed) {
    return of(network, new Initializer(seed).initialize(network));
  }

  /** Without labels, preprocessing and notes. */
  static SavedModel bare(Network network, Parameters parameters) {
    return new SavedModel(network, parameters, List.of(), Optional.empty(), Optional.empty());
  }

  /** As {@link #load(Path, LoadOptions)} with all as the file says. */
  public static Model load(Path path) throws IOException {
    return load(path, LoadOptions.DEFAULTS);
  }

  /**
   * Opens a saved model's folder, or a file {@code .onnx}, {@code .pth}, {@code .pt}, {@code .th},
   * {@code .ckpt} or {@code .safetensors}. Weights are read-only views of a mapped file where they
   * can be: leave it as it is.
   *
   * <p>Labels and preprocessing of such a file are what its metadata say ({@code .onnx}), or {@code
   * config.json} (timm) and {@code preprocessor_config.json} (Hugging Face) beside it. A folder of
   * such files, as the Hugging Face Hub has them, stands for its model.
   *
   * @throws FormatException for anything else, and for a damaged or hostile file
   * @throws IllegalArgumentException where an option is of no use for such a file
   */
  public static Model load(Path path, LoadOptions options) throws IOException {
    return ModelFiles.load(path, options);
  }

  /**
   * Reads a file's contents out of memory.
   *
   * @param name what the file is called; its end tells the format, as of {@link #load}
   * @param contents the weights may be views of them
   * @throws FormatException where the name ends otherwise, and for a damaged or hostile file
   */
  public static Model read(String name, ByteBuffer contents, LoadOptions options)
      throws IOException {
    return ModelFiles.read(name, contents, options);
  }

  /** Whether {@link #load} knows what to do: a saved model, or a file that is named like one. */
  public static boolean isModel(Path path) {
    return ModelFiles.isModel(path);
  }

  /** Whether it is a file from elsewhere: ONNX, or weights alone. */
  public static boolean isFile(Path path) {
    return ModelFiles.isFile(path);
  }

  /** Whether it is named like an ONNX file. */
  public static boolean isOnnx(Path path) {
    return ModelFiles.isOnnx(path);
  }

  /** The network as described, before any pass. */
  public Network network() {
    return parts.network();
  }

  /** A tensor for each of the network's parameters. */
  public Parameters parameters() {
    return parts.parameters();
  }

  /** The classes in the order of the logits, or the names of what {@link #outputs} stand for. */
  public List<String> labels() {
    return parts.labels();
  }

  /** What the outputs stand for: classes unless the model was trained for something else. */
  public Outputs outputs() {
    return parts.outputs();
  }

  /** What happens to an example first; empty where it is not known. */
  public Optional<Preprocessing> preprocessing() {
    return parts.preprocessing();
  }

  /**
   * Where the preprocessing of a file from elsewhere is written, such as {@code config.json}; ""
   * where nothing says it but who uses the model.
   */
  public String preprocessingSource() {
    return said.preprocessing().equals(preprocessing()) ? said.source() : "";
  }

  /**
   * Why what a file from elsewhere, or one beside it, says about the preprocessing is of no use
   * here; "" where it is, or says nothing.
   */
  public String preprocessingProblem() {
    return said.problem();
  }

  /** How the weights came about; empty where it is not known. */
  public Optional<TrainingNotes> training() {
    return parts.training();
  }

  /** The shape of one example: (C, H, W) or (F). */
  public Shape exampleShape() {
    int[] extents = network().inputs().get(0).shape().toArray();
    return Shape.of(Arrays.copyOfRange(extents, 1, extents.length));
  }

  /** How many classes the network tells apart. */
  public int classes() {
    Map<String, Value> outputs = network().outputs();
    Value only = outputs.values().iterator().next();
    return outputs.getOrDefault("logits", only).shape().elements();
  }

  /**
   * The same with names of the classes.
   *
   * @param labels in the order of the logits; none where they are not known
   * @throws IllegalArgumentException where there are not as many as the network tells apart
   */
  public Model withLabels(List<String> labels) {
    if (!labels.isEmpty() && labels.size() != classes()) {
      throw new IllegalArgumentException(
          name + " tells " + classes() + " classes apart, there are " + labels.size() + " labels");
    }
    return with(labels, preprocessing());
  }

  /**
   * The same with what happens to an example first.
   *
   * @throws IllegalArgumentException where it is for examples of another shape
   */
  public Model withPreprocessing(Preprocessing preprocessing) {
    if (!exampleShape().equals(preprocessing.inputShape())) {
      throw new IllegalArgumentException(
          name
              + " takes examples of "
              + exampleShape()
              + ", this preprocessing gives "
              + preprocessing.inputShape()
              + "; use its withShape");
    }
    return with(labels(), Optional.of(preprocessing));
  }

  /**
   * The same up to one of its layers, for embeddings: its only output is what that layer gives. The
   * names of the classes are dropped.
   *
   * @param layer as {@link Network#upTo} takes it, for example {@link #embeddingLayer}
   */
  public Model upTo(String layer) {
    Network cut = network().upTo(layer);
    Map<String, Tensor> read = new LinkedHashMap<>();
    for (ParameterSpec spec : cut.parameters()) {
      read.put(spec.name(), parameters().get(spec.name()));
    }
    return new Model(
        name,
        new SavedModel(cut, new Parameters(read), List.of(), preprocessing(), Optional.empty()),
        fixedBatch);
  }

  /**
   * The layer whose values usually serve as an example's embedding: what the last dense layer
   * reads, which is the pooled features of a ResNet.
   *
   * @throws IllegalArgumentException where the network has no dense layer behind another layer
   */
  public String embeddingLayer() {
    List<Node> nodes = network().nodes();
    for (int i = nodes.size() - 1; i >= 0; i--) {
      if (nodes.get(i).op() instanceof Dense) {
        Value features = nodes.get(i).inputs().get(0);
        if (!network().inputs().contains(features)) {
          return features.name();
        }
      }
    }
    throw new IllegalArgumentException(
        name + ": it has no dense layer that reads features; name the layer of the embeddings");
  }

  /** The same with outputs that stand for something else. */
  Model with(Outputs outputs) {
    return new Model(
        name,
        new SavedModel(network(), parameters(), labels(), preprocessing(), training(), outputs),
        fixedBatch,
        said);
  }

  private Model with(List<String> labels, Optional<Preprocessing> preprocessing) {
    return new Model(
        name,
        new SavedModel(network(), parameters(), labels, preprocessing, training(), parts.outputs()),
        fixedBatch,
        said);
  }

  /**
   * Writes all of it as bytes, which {@link #read(InputStream)} reads: weights, network, labels,
   * preprocessing and notes. Equal models give equal bytes.
   */
  public void write(OutputStream out) throws IOException {
    new ModelStream(name, parts, fixedBatch, said).write(new DataOutputStream(out));
  }

  /**
   * Reads what {@link #write} wrote; what follows in the stream stays there.
   *
   * @throws FormatException where the bytes are others, damaged or end early
   */
  public static Model read(InputStream in) throws IOException {
    ModelStream read = ModelStream.read(new DataInputStream(in));
    return new Model(read.name(), read.parts(), read.fixedBatch(), read.said());
  }

  private Object writeReplace() {
    return new ModelStream.Form(this);
  }

  private void readObject(ObjectInputStream in) throws InvalidObjectException {
    throw new InvalidObjectException("a model is read from its bytes");
  }

  /**
   * Checks that it tells classes, or labels that do not exclude each other.
   *
   * @throws FormatException where it is none
   */
  void requireLabels() throws FormatException {
    requireClassifier();
    if (outputs().task() == Task.REGRESSION) {
      throw new FormatException(
          name,
          "it was trained for regression: its outputs are numbers, "
              + String.join(", ", labels())
              + ", and no classes; residuum predict gives them, and Model.outputs().read of what"
              + " the network gives");
    }
  }

  /**
   * Checks that it tells classes that exclude each other, so that softmax makes probabilities.
   *
   * @throws FormatException where it is none
   */
  public void requireClasses() throws FormatException {
    requireLabels();
    if (outputs().task() != Task.CLASSIFY) {
      throw new FormatException(
          name,
          "its labels do not exclude each other, so that an example may have several, which is not"
              + " supported here; residuum predict and Classifier give them");
    }
  }

  /**
   * Checks that the network is one of a classifier: an input whose batch is free, and one output,
   * or one that is named {@code logits}.
   *
   * @throws FormatException where it is none
   * @throws IllegalArgumentException where there are several outputs to choose from
   */
  public void requireClassifier() throws FormatException {
    if (network().inputs().isEmpty()) {
      throw new FormatException(name, "its network has no input");
    }
    Shape input = network().inputs().get(0).shape();
    if (!input.isBatched()) {
      throw new FormatException(
          name,
          "its graph fixes the batch size, its input is "
              + input
              + (fixedBatch.isEmpty() ? "" : "; it cannot be freed: " + fixedBatch)
              + "; export it with a free one (dynamic_axes of torch.onnx.export)");
    }
    Map<String, Value> outputs = network().outputs();
    if (outputs.size() > 1 && !outputs.containsKey("logits")) {
      String all =
          outputs.entrySet().stream()
              .map(output -> output.getKey() + " " + output.getValue().shape())
              .collect(Collectors.joining(", "));
      throw new IllegalArgumentException(
          name + ": it has several outputs, " + all + "; name the logits by output");
    }
  }

  /**
   * What happens to an example first, checked to suit the network.
   *
   * @throws FormatException where it is not known, or is that of another network
   */
  public Preprocessing requirePreprocessing() throws FormatException {
    if (preprocessing().isEmpty()) {
      throw new FormatException(name, withoutPreprocessing());
    }
    Preprocessing preprocessing = preprocessing().get();
    Shape input = network().inputs().get(0).shape();
    if (!input.equals(Shape.batch(preprocessing.inputShape().toArray()))) {
      throw new FormatException(
          name,
          "its network takes "
              + input
              + ", its preprocessing.json is for "
              + preprocessing.inputShape()
              + "; they are of two models");
    }
    return preprocessing;
  }

  private String withoutPreprocessing() {
    if (SavedModel.isSavedModel(name)) {
      return "it has no preprocessing.json";
    }
    return (isFile(name)
            ? preprocessingProblem().isEmpty()
                ? "such a file does not say how its pictures were normalised"
                : preprocessingProblem()
            : "it does not say what happens to its examples first")
        + "; say it by withPreprocessing";
  }

  /**
   * Saves it as a folder: weights, network, labels, preprocessing and notes. The files are complete
   * and on disk before a single renaming makes them the model there.
   *
   * @throws IOException where the folder exists and is not empty, or the disk is full
   */
  public void save(Path folder) throws IOException {
    save(folder, false);
  }

  /**
   * The same.
   *
   * @param overwrite whether a saved model that is there may be replaced
   */
  public void save(Path folder, boolean overwrite) throws IOException {
    parts.save(folder, overwrite);
  }

  /** For example {@code runs/pets: resnet18, 37 classes}. */
  @Override
  public String toString() {
    return name + ": " + network().name() + ", " + classes() + " classes";
  }
}
