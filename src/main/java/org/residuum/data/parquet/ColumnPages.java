package org.residuum.data.parquet;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.DataPageV1;
import org.apache.parquet.column.page.DataPageV2;
import org.apache.parquet.column.page.DictionaryPage;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * The pages of a column in one row group, read one by one: what is in memory is a page, not the
 * group. Of a column without repetition, so that a value is a row.
 */
final class ColumnPages implements PageReader {
  /** A page larger than this share of the heap is refused: its size may be a lie. */
  private static final long LARGEST = Runtime.getRuntime().maxMemory() / 4;

  private final InputStream in;
  private final CompressionCodecName codec;

  /** Values that were not read or skipped yet. */
  private long values;

  private DictionaryPage dictionary;

  /** The header of a data page whose bytes come next, or null. */
  private PageHeader next;

  /**
   * Before the first page.
   *
   * @param in from where the chunk begins
   */
  ColumnPages(InputStream in, ColumnChunkMetaData chunk) throws IOException {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.codec = chunk.getCodec();
    this.values = chunk.getValueCount();
    advance();
  }

  /**
   * Passes over whole pages without unpacking them.
   *
   * @return how many rows are still to be skipped in the page that comes next
   */
  long skip(long rows) throws IOException {
    long left = rows;
    while (next != null && left >= count(next)) {
      in.skipNBytes(next.getCompressed_page_size());
      left -= count(next);
      values -= count(next);
      advance();
    }
    return left;
  }

  /** To the next data page; a dictionary is taken on the way. */
  private void advance() throws IOException {
    next = null;
    while (next == null && values > 0) {
      PageHeader header = Util.readPageHeader(in);
      requireSize(header.getCompressed_page_size());
      requireSize(header.getUncompressed_page_size());
      if (header.isSetDictionary_page_header()) {
        dictionary = dictionary(header);
      } else if (header.isSetData_page_header() || header.isSetData_page_header_v2()) {
        requireCount(header);
        next = header;
      } else {
        in.skipNBytes(header.getCompressed_page_size());
      }
    }
  }

  private static void requireSize(int size) throws IOException {
    if (size < 0 || size > LARGEST) {
      throw new IOException(
          String.format(
              "a page of %,d bytes is more than a quarter of the memory that Java may use; raise it"
                  + " with -Xmx, or write smaller pages",
              size & 0xffffffffL));
    }
  }

  private void requireCount(PageHeader header) throws IOException {
    if (count(header) < 1 || count(header) > values) {
      throw new IOException(
          "a page says that it holds " + count(header) + " values where " + values + " are left");
    }
  }

  private static int count(PageHeader header) {
    return header.isSetData_page_header()
        ? header.getData_page_header().getNum_values()
        : header.getData_page_header_v2().getNum_values();
  }

  /** Without a second copy; the header's size is known to be possible. */
  private byte[] bytes(int size) throws IOException {
    byte[] bytes = new byte[size];
    if (in.readNBytes(bytes, 0, size) < size) {
      throw new IOException("it ends within a page");
    }
    return bytes;
  }

  private DictionaryPage dictionary(PageHeader header) throws IOException {
    int size = header.getUncompressed_page_size();
    byte[] packed = bytes(header.getCompressed_page_size());
    return new DictionaryPage(
        BytesInput.from(PageCodec.unpack(codec, packed, size)),
        header.getDictionary_page_header().getNum_values(),
        encoding(header.getDictionary_page_header().getEncoding()));
  }

  private static Encoding encoding(org.apache.parquet.format.Encoding encoding) throws IOException {
    if (encoding == null) {
      throw new IOException("a page's encoding is unknown");
    }
    return Encoding.valueOf(encoding.name());
  }

  @Override
  public DictionaryPage readDictionaryPage() {
    return dictionary;
  }

  @Override
  public long getTotalValueCount() {
    return values;
  }

  /** The next page, or null behind the last. */
  @Override
  public DataPage readPage() {
    if (next == null) {
      return null;
    }
    try {
      PageHeader header = next;
      DataPage page = header.isSetData_page_header() ? first(header) : second(header);
      values -= count(header);
      advance();
      return page;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DataPage first(PageHeader page) throws IOException {
    DataPageHeader header = page.getData_page_header();
    int size = page.getUncompressed_page_size();
    byte[] packed = bytes(page.getCompressed_page_size());
    return new DataPageV1(
        BytesInput.from(PageCodec.unpack(codec, packed, size)),
        header.getNum_values(),
        size,
        null,
        encoding(header.getRepetition_level_encoding()),
        encoding(header.getDefinition_level_encoding()),
        encoding(header.getEncoding()));
  }

  /** Its levels are never packed. */
  private DataPage second(PageHeader page) throws IOException {
    DataPageHeaderV2 header = page.getData_page_header_v2();
    int repetition = header.getRepetition_levels_byte_length();
    int definition = header.getDefinition_levels_byte_length();
    long levels = (long) repetition + definition;
    int packed = page.getCompressed_page_size();
    int size = page.getUncompressed_page_size();
    if (repetition < 0 || definition < 0 || levels > Math.min(packed, size)) {
      throw new IOException("a page's levels are longer than the page");
    }
    BytesInput repetitions = BytesInput.from(bytes(repetition));
    BytesInput definitions = BytesInput.from(bytes(definition));
    byte[] data = bytes(packed - (int) levels);
    boolean isPacked = !header.isSetIs_compressed() || header.is_compressed;
    return DataPageV2.uncompressed(
        header.getNum_rows(),
        header.getNum_nulls(),
        header.getNum_values(),
        repetitions,
        definitions,
        encoding(header.getEncoding()),
        BytesInput.from(isPacked ? unpackData(data, size - (int) levels) : data),
        null);
  }

  private byte[] unpackData(byte[] data, int size) throws IOException {
    return data.length == 0 && size == 0 ? data : PageCodec.unpack(codec, data, size);
  }
}
