package org.residuum;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.residuum.data.Preprocessing;
import org.residuum.format.FormatException;
import org.residuum.format.folder.ModelBytes;
import org.residuum.format.folder.SavedModel;
import org.residuum.format.metadata.ModelMetadata;

/**
 * All that a model knows, as a stream of bytes.
 *
 * @param name what it is called
 * @param fixedBatch why the batch of its graph cannot be freed; "" else
 * @param said what a file from elsewhere said about its use
 */
record ModelStream(Path name, SavedModel parts, String fixedBatch, ModelMetadata said) {
  private static final String START = "residuum-model 1";
  private static final Path UNNAMED = Path.of("model");

  void write(DataOutputStream out) throws IOException {
    out.writeUTF(START);
    ModelBytes.writeText(out, name.toString());
    ModelBytes.writeText(out, fixedBatch);
    ModelBytes.writeTexts(out, List.of(said.source(), said.problem()));
    ModelBytes.writeTexts(out, said.labels());
    ModelBytes.writePreprocessing(out, said.preprocessing());
    out.writeBoolean(said.preprocessing().equals(parts.preprocessing()));
    ModelBytes.write(parts, out);
    out.flush();
  }

  static ModelStream read(DataInputStream in) throws IOException {
    try {
      requireStart(in);
      Path name = Path.of(ModelBytes.readText(in));
      String fixedBatch = ModelBytes.readText(in);
      List<String> why = ModelBytes.readTexts(in);
      List<String> labels = ModelBytes.readTexts(in);
      Optional<Preprocessing> preprocessing = ModelBytes.readPreprocessing(name, in);
      boolean same = in.readBoolean();
      SavedModel parts = ModelBytes.read(name, in);
      return new ModelStream(
          name,
          parts,
          fixedBatch,
          new ModelMetadata(
              same ? parts.preprocessing() : preprocessing, labels, why.get(0), why.get(1)));
    } catch (EOFException e) {
      throw new FormatException(UNNAMED, "its bytes end early; write the model again");
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new FormatException(
          UNNAMED, "its bytes are damaged: " + e.getMessage() + "; write the model again");
    }
  }

  private static void requireStart(DataInputStream in) throws IOException {
    int length = in.readUnsignedShort();
    byte[] start = in.readNBytes(Math.min(length, START.length()));
    if (length == START.length() && start.length < length) {
      throw new EOFException();
    }
    if (length != START.length() || !START.equals(new String(start, US_ASCII))) {
      throw new FormatException(
          UNNAMED,
          "the bytes do not start with " + START + "; only what Model.write wrote is read");
    }
  }

  /** What stands for a model where objects are serialised. */
  static final class Form implements Serializable {
    private static final long serialVersionUID = 1;

    private transient Model model;

    Form(Model model) {
      this.model = model;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      model.write(out);
    }

    private void readObject(ObjectInputStream in) throws IOException {
      model = Model.read(in);
    }

    private Object readResolve() {
      return model;
    }
  }
}
