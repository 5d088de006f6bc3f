package org.residuum.format.folder;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.residuum.data.Outputs;
import org.residuum.data.PictureOptions;
import org.residuum.data.Preprocessing;
import org.residuum.format.FormatException;
import org.residuum.format.file.FloatType;
import org.residuum.format.file.TensorBytes;
import org.residuum.network.ElementType;
import org.residuum.network.Network;
import org.residuum.network.ParameterSpec;
import org.residuum.network.Parameters;
import org.residuum.network.Shape;
import org.residuum.network.Tensor;

/**
 * A model as bytes: the texts of its folder's files, each with its length before it, and its
 * weights, little endian. Equal models give equal bytes. Nothing is as long as the stream says
 * before that many bytes were read, so that a damaged one does not fill the memory.
 */
public final class ModelBytes {
  private static final int MOST_TEXT_BYTES = 64 << 20;
  private static final int MOST_ENTRIES = 1 << 20;

  private ModelBytes() {}

  /** Writes the parts of a model. */
  public static void write(SavedModel model, DataOutputStream out) throws IOException {
    writeText(out, NetworkWriter.write(model.network()));
    writeTexts(out, model.labels());
    writePreprocessing(out, model.preprocessing());
    Map<String, String> notes = new LinkedHashMap<>(model.outputs().toMap());
    model.training().map(NotesText::of).ifPresent(notes::putAll);
    writeMap(out, notes);
    Collection<ParameterSpec> read = model.network().parameters();
    out.writeInt(read.size());
    for (ParameterSpec spec : read) {
      writeText(out, spec.name());
      writeTensor(out, model.parameters().get(spec.name()));
    }
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @param name of the model, for messages
   * @throws FormatException where the bytes are damaged or end early
   */
  public static SavedModel read(Path name, DataInputStream in) throws IOException {
    try {
      Network network = NetworkReader.read(name, readText(in));
      List<String> labels = readTexts(in);
      Optional<Preprocessing> preprocessing = readPreprocessing(name, in);
      Map<String, String> notes = readMap(name, in);
      Outputs outputs = Outputs.takenFrom(notes);
      Parameters parameters = readTensors(in);
      ModelParts.checkParameters(network, parameters);
      return new SavedModel(
          network,
          parameters,
          labels,
          preprocessing,
          notes.isEmpty() ? Optional.empty() : Optional.of(NotesText.parse(notes)),
          outputs);
    } catch (EOFException e) {
      throw damaged(name, "they end early");
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw damaged(name, e.getMessage());
    }
  }

  private static FormatException damaged(Path name, String problem) {
    return new FormatException(
        name, "the bytes of the model are damaged: " + problem + "; write the model again");
  }

  /** Writes a string of any length. */
  public static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  /** Reads what {@link #writeText} wrote. */
  public static String readText(DataInputStream in) throws IOException {
    return new String(bytes(in, count(in, MOST_TEXT_BYTES)), StandardCharsets.UTF_8);
  }

  /** Writes some strings. */
  public static void writeTexts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeInt(texts.size());
    for (String text : texts) {
      writeText(out, text);
    }
  }

  /** Reads what {@link #writeTexts} wrote. */
  public static List<String> readTexts(DataInputStream in) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int left = count(in, MOST_ENTRIES); left > 0; left--) {
      texts.add(readText(in));
    }
    return texts;
  }

  /** Writes a preprocessing, or that there is none. */
  public static void writePreprocessing(DataOutputStream out, Optional<Preprocessing> preprocessing)
      throws IOException {
    writeMap(out, preprocessing.map(Preprocessing::toMap).orElse(Map.of()));
    if (preprocessing.isPresent()) {
      PictureOptions decoding = preprocessing.get().decoding();
      out.writeLong(decoding.maxPixels());
      writeText(out, decoding.detail().name());
    }
  }

  /** Reads what {@link #writePreprocessing} wrote. */
  public static Optional<Preprocessing> readPreprocessing(Path name, DataInputStream in)
      throws IOException {
    Map<String, String> map = readMap(name, in);
    if (map.isEmpty()) {
      return Optional.empty();
    }
    Preprocessing preprocessing = Preprocessing.fromMap(map);
    PictureOptions decoding =
        preprocessing
            .decoding()
            .withMaxPixels(in.readLong())
            .withDetail(PictureOptions.Detail.valueOf(readText(in)));
    return Optional.of(preprocessing.withDecoding(decoding));
  }

  private static void writeMap(DataOutputStream out, Map<String, String> map) throws IOException {
    writeText(out, StringMapJson.write(map));
  }

  private static Map<String, String> readMap(Path name, DataInputStream in) throws IOException {
    return StringMapJson.read(name, readText(in));
  }

  private static void writeTensor(DataOutputStream out, Tensor tensor) throws IOException {
    writeText(out, tensor.type().name());
    int[] extents = tensor.shape().toArray();
    out.writeInt(extents.length);
    for (int extent : extents) {
      out.writeInt(extent);
    }
    TensorBytes.write(tensor, stored(tensor.type()), Channels.newChannel(out));
  }

  private static Parameters readTensors(DataInputStream in) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    for (int left = count(in, MOST_ENTRIES); left > 0; left--) {
      String name = readText(in);
      ElementType type = ElementType.valueOf(readText(in));
      int[] extents = new int[count(in, 8)];
      for (int i = 0; i < extents.length; i++) {
        extents[i] = in.readInt();
      }
      Shape shape = Shape.of(extents);
      FloatType stored = stored(type);
      ByteBuffer bytes =
          ByteBuffer.wrap(bytes(in, Math.multiplyExact(shape.elements(), stored.bytes())));
      tensors.put(
          name, new Tensor(shape, type, stored.decode(bytes.order(ByteOrder.LITTLE_ENDIAN))));
    }
    return new Parameters(tensors);
  }

  private static FloatType stored(ElementType type) {
    return switch (type) {
      case F16 -> FloatType.F16;
      case BF16 -> FloatType.BF16;
      case F32, I8, U8, I32 -> FloatType.F32;
    };
  }

  private static int count(DataInputStream in, int most) throws IOException {
    int count = in.readInt();
    if (count < 0 || count > most) {
      throw new IllegalArgumentException(count + " entries or bytes, 0 to " + most + " expected");
    }
    return count;
  }

  private static byte[] bytes(DataInputStream in, int count) throws IOException {
    byte[] bytes = in.readNBytes(count);
    if (bytes.length < count) {
      throw new EOFException();
    }
    return bytes;
  }
}
