"""Workers: files read in processes of their own or on a cluster, within limits; what kills its reader costs itself."""
