package org.residuum.data.source;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.residuum.data.Dataset;
import org.residuum.data.Split;
import org.residuum.data.source.scan.PictureScan;

/** Picture files, a folder a class. */
final class FolderSource implements DataSource {
  @Override
  public String name() {
    return "folder";
  }

  @Override
  public Place place() {
    return Place.DIR;
  }

  @Override
  public String remark() {
    return " (a folder a class)";
  }

  @Override
  public boolean isSplitByShare() {
    return true;
  }

  @Override
  public boolean isOfFiles() {
    return true;
  }

  @Override
  public Dataset open(Path path, Split split, DatasetOptions options) throws IOException {
    return PictureFolder.open(path, split, options);
  }

  @Override
  public int count(Path path, DatasetOptions options) throws IOException {
    Split all = PictureParts.find(path).train() == null ? Split.TEST : Split.ALL;
    return PictureFiles.find(path, all, options).of(all).size();
  }

  @Override
  public List<Path> files(Path path) throws IOException {
    return PictureScan.of(List.of(path)).pictures();
  }
}
