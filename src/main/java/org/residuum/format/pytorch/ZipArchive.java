package org.residuum.format.pytorch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.residuum.format.FormatException;
import org.residuum.format.file.MappedFile;

/**
 * The entries of a mapped zip file. Stored entries are read in place, deflated ones are unfolded,
 * up to a limit; every entry's checksum is verified when it is read. The directory is checked
 * against the entries' own headers, and no two entries may overlap.
 */
final class ZipArchive {
  /** Compressed entries may unfold to this many times the file's size, and 16 MiB. */
  static final int MOST_INFLATION = 4;

  private static final long FREE_INFLATION_BYTES = 16 << 20;
  private static final int LOCAL_HEADER = 0x04034b50;
  private static final int LOCAL_HEADER_BYTES = 30;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;

  private final MappedFile file;
  private final Map<String, ZipEntryInfo> entries = new LinkedHashMap<>();
  private long inflationLeft;

  private ZipArchive(MappedFile file) {
    this.file = file;
    inflationLeft = MOST_INFLATION * file.size() + FREE_INFLATION_BYTES;
  }

  static ZipArchive open(MappedFile file) throws IOException {
    ZipDirectory directory = ZipDirectory.find(file);
    ZipArchive archive = new ZipArchive(file);
    List<ZipEntryInfo> found = directory.read();
    archive.checkOverlaps(found, directory.start());
    for (ZipEntryInfo entry : found) {
      if (archive.entries.putIfAbsent(entry.name(), entry) != null) {
        throw archive.error(entry, "appears twice in the directory");
      }
    }
    return archive;
  }

  Iterable<String> names() {
    return entries.keySet();
  }

  ZipEntryInfo entry(String name) {
    return entries.get(name);
  }

  /** The entry's bytes, its checksum verified. */
  ByteBuffer read(ZipEntryInfo entry) throws IOException {
    long start = dataStart(entry);
    ByteBuffer raw = file.slice(start, entry.compressedSize());
    ByteBuffer bytes =
        switch (entry.method()) {
          case STORED -> raw;
          case DEFLATED -> inflate(entry, raw);
          default ->
              throw error(
                  entry,
                  "is compressed by method "
                      + entry.method()
                      + "; only stored and deflated are"
                      + " read");
        };
    if (bytes.remaining() != entry.size()) {
      throw error(entry, "holds " + bytes.remaining() + " bytes, not " + entry.size());
    }
    checkSum(entry, bytes);
    return bytes;
  }

  private void checkSum(ZipEntryInfo entry, ByteBuffer bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes.duplicate());
    if (crc.getValue() != entry.crc()) {
      throw error(
          entry,
          String.format(
              "a wrong checksum in a zip: CRC-32 %08x, the directory says %08x; the file is"
                  + " damaged, copy it again",
              crc.getValue(), entry.crc()));
    }
  }

  private ByteBuffer inflate(ZipEntryInfo entry, ByteBuffer raw) throws IOException {
    if (entry.size() > inflationLeft || entry.size() > Integer.MAX_VALUE - 8) {
      throw error(
          entry,
          "unfolds to "
              + entry.size()
              + " bytes; the compressed entries of a file may take "
              + MOST_INFLATION
              + " times its size; store it uncompressed (zip -0)");
    }
    inflationLeft -= entry.size();
    ByteBuffer bytes = ByteBuffer.allocateDirect((int) entry.size()).order(raw.order());
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(raw);
      while (bytes.hasRemaining() && inflater.inflate(bytes) > 0) {
        // Each call goes as far as it can.
      }
      if (bytes.hasRemaining() || inflater.inflate(new byte[1]) > 0) {
        throw error(entry, "does not unfold to the " + entry.size() + " bytes announced");
      }
    } catch (DataFormatException e) {
      throw error(entry, "its compressed data are damaged: " + e.getMessage());
    } finally {
      inflater.end();
    }
    return bytes.flip();
  }

  /** Offset of the entry's data, past its own header, which must name the same entry. */
  private long dataStart(ZipEntryInfo entry) throws IOException {
    ByteBuffer header = file.slice(entry.header(), LOCAL_HEADER_BYTES);
    if (header.getInt(0) != LOCAL_HEADER || header.getShort(8) != (short) entry.method()) {
      throw error(entry, "its own header at offset " + entry.header() + " is damaged");
    }
    int nameBytes = header.getShort(26) & 0xffff;
    int extraBytes = header.getShort(28) & 0xffff;
    ByteBuffer name = file.slice(entry.header() + LOCAL_HEADER_BYTES, nameBytes);
    if (!StandardCharsets.UTF_8.decode(name).toString().equals(entry.name())) {
      throw error(entry, "its own header at offset " + entry.header() + " has another name");
    }
    return entry.header() + LOCAL_HEADER_BYTES + nameBytes + extraBytes;
  }

  private void checkOverlaps(List<ZipEntryInfo> found, long end) throws IOException {
    List<ZipEntryInfo> sorted = new ArrayList<>(found);
    sorted.sort(Comparator.comparingLong(ZipEntryInfo::header).reversed());
    long limit = end;
    for (ZipEntryInfo entry : sorted) {
      if (entry.compressedSize() > limit || dataStart(entry) > limit - entry.compressedSize()) {
        throw error(entry, "reaches into what follows at offset " + limit);
      }
      limit = entry.header();
    }
  }

  FormatException error(ZipEntryInfo entry, String problem) {
    return new FormatException(
        file.path(), "entry " + FormatException.quote(entry.name()), problem);
  }
}
