package org.residuum.format.pytorch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;

/**
 * The zip that {@code torch.save} writes since PyTorch 1.6: {@code data.pkl}, {@code byteorder} and
 * {@code data/KEY} for each storage, all in one folder of any name.
 */
final class ZipCheckpoint implements Storages {
  private static final String PICKLE = "data.pkl";

  private final MappedFile file;
  private final ZipArchive zip;
  private final String folder;
  private final ByteOrder order;
  private final Map<String, ByteBuffer> read = new HashMap<>();

  private ZipCheckpoint(MappedFile file, ZipArchive zip) throws IOException {
    this.file = file;
    this.zip = zip;
    folder = findFolder();
    order = readByteOrder();
  }

  static Checkpoint read(MappedFile file) throws IOException {
    ZipCheckpoint zip = new ZipCheckpoint(file, ZipArchive.open(file));
    return zip.unpickle();
  }

  private Checkpoint unpickle() throws IOException {
    String name = folder + PICKLE;
    ByteBuffer pickle = zip.read(zip.entry(name));
    Unpickler unpickler = new Unpickler(file.path(), FormatException.quote(name) + " ", pickle);
    Object root = unpickler.read();
    if (unpickler.position() != pickle.limit()) {
      throw unpickler.error("the pickle ends here, before its entry does");
    }
    return new Checkpoint(PyTorchCheckpoint.Container.ZIP, root, this, unpickler.refusal());
  }

  /** With its slash; empty where {@code data.pkl} is in no folder. */
  private String findFolder() throws IOException {
    String found = null;
    for (String name : zip.names()) {
      if (name.equals(PICKLE) || name.endsWith("/" + PICKLE)) {
        if (found != null) {
          throw new FormatException(file.path(), "the zip holds more than one " + PICKLE);
        }
        found = name.substring(0, name.length() - PICKLE.length());
      }
    }
    if (found == null) {
      throw new FormatException(
          file.path(), "the zip holds no " + PICKLE + "; torch.save did not write it");
    }
    if (zip.entry(found + "constants.pkl") != null) {
      throw new FormatException(
          file.path(),
          "is a TorchScript archive; in Python, torch.save(torch.jit.load(file).state_dict(),"
              + " ...)");
    }
    return found;
  }

  private ByteOrder readByteOrder() throws IOException {
    ZipEntryInfo entry = zip.entry(folder + "byteorder");
    if (entry == null) {
      return ByteOrder.LITTLE_ENDIAN;
    }
    String word = StandardCharsets.US_ASCII.decode(zip.read(entry)).toString().strip();
    return switch (word) {
      case "little" -> ByteOrder.LITTLE_ENDIAN;
      case "big" -> ByteOrder.BIG_ENDIAN;
      default ->
          throw zip.error(entry, "is neither little nor big: " + FormatException.quote(word));
    };
  }

  @Override
  public ByteBuffer bytes(StorageRef storage) throws IOException {
    ByteBuffer bytes = read.get(storage.key());
    if (bytes == null) {
      bytes = readStorage(storage);
      read.put(storage.key(), bytes);
    }
    return bytes;
  }

  private ByteBuffer readStorage(StorageRef storage) throws IOException {
    ZipEntryInfo entry = zip.entry(folder + "data/" + storage.key());
    if (entry == null) {
      throw new FormatException(
          file.path(), "storage " + FormatException.quote(storage.key()), "is not in the zip");
    }
    ByteBuffer bytes = zip.read(entry);
    if (!LegacyCheckpoint.hasSize(storage, bytes.remaining())) {
      throw zip.error(
          entry,
          "holds "
              + bytes.remaining()
              + " bytes, not the "
              + storage.whole()
              + " elements of "
              + storage.element().bytes
              + " bytes that the pickle names");
    }
    return bytes.order(order);
  }
}
