"""The edge computer: sees, decides, asks. Start reading at `pipeline.step`."""
