package org.residuum.format.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.residuum.format.file.MappedFile;
import org.residuum.network.Network;
import org.residuum.network.Parameters;

/**
 * A network as an ONNX file holds it.
 *
 * @param network its inputs and outputs have the file's names
 * @param parameters 32-bit floats are read-only views of the mapped file; other types are converted
 * @param inputs the names of the network's inputs
 * @param opset the version of the standard operators, 7 to 21
 * @param producer who wrote the file, "" where it does not say
 * @param fixedBatch what keeps the batch size that the file states from being made free, the node
 *     named; "" where nothing does
 * @param metadata the properties ({@code metadata_props}) that its writer added
 */
public record OnnxModel(
    Network network,
    Parameters parameters,
    List<String> inputs,
    int opset,
    String producer,
    String fixedBatch,
    Map<String, String> metadata) {
  public OnnxModel {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
  }

  /** The oldest version of the operators that is read. */
  public static final int OLDEST_OPSET = 7;

  /** The newest version of the operators that is read and written. */
  public static final int NEWEST_OPSET = 21;

  /** The oldest version of the operators that is written. */
  public static final int OLDEST_WRITTEN_OPSET = 11;

  /** The version of the operators that is written where nothing else is asked for. */
  public static final int DEFAULT_OPSET = 17;

  /**
   * Maps a file and imports its graph. Shapes that can be known are folded, and nodes that no
   * output needs are left out. A fixed batch size is made free where the graph allows.
   *
   * @throws org.residuum.format.FormatException for a file that breaks a rule of the format or uses
   *     an operator that is not supported, naming the offset or the node
   */
  public static OnnxModel read(Path path) throws IOException {
    return read(path, null);
  }

  /**
   * The same with one output of several; nodes that only the others need are left out.
   *
   * @param output its name, or null for all
   * @throws org.residuum.format.FormatException as above, and where there is no such output, naming
   *     those that there are
   */
  public static OnnxModel read(Path path, String output) throws IOException {
    return OnnxReader.read(path, output);
  }

  /**
   * The same out of memory; weights as external data are refused, for no folder belongs to it.
   *
   * @param name for messages
   * @param bytes all of the file, from position to limit; parameters may be views of them
   */
  public static OnnxModel read(String name, ByteBuffer bytes, String output) throws IOException {
    return OnnxReader.read(MappedFile.of(Path.of(name), bytes), output);
  }

  /** Writes with opset {@value #DEFAULT_OPSET}. */
  public static void write(Path path, Network network, Parameters parameters) throws IOException {
    write(path, network, parameters, DEFAULT_OPSET);
  }

  /**
   * Writes a network for inference: batch norms as they are, epilogues as nodes of their own, a
   * free batch size as {@code N}, names kept. The file appears whole or not at all.
   *
   * @param opset 11 to 21
   * @throws IllegalArgumentException where a node belongs to training, a parameter is missing, or
   *     the file would be over 2 GiB, protobuf's limit
   */
  public static void write(Path path, Network network, Parameters parameters, int opset)
      throws IOException {
    write(path, network, parameters, opset, Map.of());
  }

  /**
   * The same with properties ({@code metadata_props}), for example what happens to pictures first.
   */
  public static void write(
      Path path, Network network, Parameters parameters, int opset, Map<String, String> metadata)
      throws IOException {
    new OnnxWriter(network, parameters, opset).write(path, metadata);
  }
}
