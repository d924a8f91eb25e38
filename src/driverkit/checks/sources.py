"""Who says so: the sources that the rules cite."""

from __future__ import annotations

IHI = "Institute for Healthcare Improvement (IHI), QI Essentials Toolkit, 2017"
REL = "Regional Educational Laboratories (REL), checklist for aim statements"
LOTHIAN = "NHS Lothian Quality Improvement, guidance on aims and driver diagrams"
CEC = "Clinical Excellence Commission, New South Wales (CEC NSW), guidance on driver diagrams"
ACR = "ACR, guidance on key driver diagrams"
NEWCH = "NewcH, guidance on driver diagrams"
KDD = "Key driver diagram (KDD) template"
LANGLEY = "Langley et al., The Improvement Guide, 2nd ed., Jossey-Bass, 2009"
TAYLOR = "Taylor et al., BMJ Quality & Safety 2014;23:290-298"
KNUDSEN = "Knudsen et al., BMC Health Services Research 2019;19:683"
COBB = "Cobb, Jackson, Henrick & Smith, Systems for Instructional Improvement, Harvard Education Press, 2018"
MTEP = "Martin & Gobstein, Journal of Teacher Education 2015;66:482-493 (MTE-Partnership)"
BRYK = "Bryk, Gomez, Grunow & LeMahieu, Learning to Improve, Harvard Education Press, 2015"
OURS = "driverkit's own rule"
