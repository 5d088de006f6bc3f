package org.residuum.data.parquet;

import io.airlift.compress.Compressor;
import io.airlift.compress.Decompressor;
import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdCompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** Packs and unpacks pages. */
final class PageCodec {
  private PageCodec() {}

  /**
   * Unpacks.
   *
   * @param size of what is packed, as the page's header says
   * @throws IOException where it is not what comes out
   */
  static byte[] unpack(CompressionCodecName codec, byte[] packed, int size) throws IOException {
    return switch (codec) {
      case UNCOMPRESSED -> requireSize(packed, packed.length, size);
      case GZIP -> gunzip(packed, size);
      case SNAPPY -> unpack(new SnappyDecompressor(), packed, size);
      case ZSTD -> unpack(new ZstdDecompressor(), packed, size);
      case LZ4_RAW -> unpack(new Lz4Decompressor(), packed, size);
      default ->
          throw new IOException(
              "it is compressed by "
                  + codec
                  + ", which is not read here; write it anew with ZSTD, SNAPPY, GZIP, LZ4_RAW or"
                  + " uncompressed");
    };
  }

  private static byte[] unpack(Decompressor by, byte[] packed, int size) throws IOException {
    byte[] unpacked = new byte[size];
    try {
      int found = by.decompress(packed, 0, packed.length, unpacked, 0, size);
      return requireSize(unpacked, found, size);
    } catch (MalformedInputException e) {
      throw new IOException("a page does not decompress (" + e.getMessage() + ")", e);
    }
  }

  private static byte[] gunzip(byte[] packed, int size) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      byte[] unpacked = in.readNBytes(size);
      int more = in.read() < 0 ? 0 : 1;
      return requireSize(unpacked, unpacked.length + more, size);
    }
  }

  private static byte[] requireSize(byte[] unpacked, int found, int size) throws IOException {
    if (found != size) {
      throw new IOException("a page does not decompress to the " + size + " bytes that it names");
    }
    return unpacked;
  }

  /** What pages are written with: read by all that read Parquet, and half the size of Snappy. */
  static BytesInputCompressor zstd() {
    Compressor zstd = new ZstdCompressor();
    return new BytesInputCompressor() {
      @Override
      public BytesInput compress(BytesInput bytes) throws IOException {
        ByteArrayOutputStream collected = new ByteArrayOutputStream((int) bytes.size());
        bytes.writeAllTo(collected);
        byte[] whole = collected.toByteArray();
        byte[] packed = new byte[zstd.maxCompressedLength(whole.length)];
        int size = zstd.compress(whole, 0, whole.length, packed, 0, packed.length);
        return BytesInput.from(Arrays.copyOf(packed, size));
      }

      @Override
      public CompressionCodecName getCodecName() {
        return CompressionCodecName.ZSTD;
      }

      @Override
      public void release() {}
    };
  }
}
